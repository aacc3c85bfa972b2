/// Normally distributed numbers added to each element: `y = x + σ n`.
///
/// The numbers depend on the stream and on the element's place alone. Relevance is handed on unchanged,
/// and a difference from a reference that gets the same numbers is that of the inputs.
public struct GaussianNoiseLayer: RandomLayer {
  /// σ, in units of the value.
  public let deviation: Double
  /// The random numbers.
  public let random: CounterRandom
  public var streams: [UInt64]

  /// Creates the layer.
  ///
  /// - Throws: ``InterpretabilityError`` for a deviation that is negative or not finite, or without a
  ///   stream.
  public init(deviation: Double, random: CounterRandom, streams: [UInt64]) throws {
    guard deviation >= 0, deviation.isFinite else {
      throw InterpretabilityError(
        .invalidOption, "noise of deviation \(deviation); wanted a number of at least 0")
    }
    guard !streams.isEmpty else {
      throw InterpretabilityError(.invalidOption, "noise needs a stream of random numbers")
    }
    self.deviation = deviation
    self.random = random
    self.streams = streams
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard deviation > 0 else { return inputs[0] }
    let noise = try drawn(Array(inputs[0].shape.dropFirst()), for: inputs[0]) {
      random.normals($0, stream: $1)
    }
    return try inputs[0] + noise * deviation
  }

  public var settings: String { "σ = \(deviation)" }
}
