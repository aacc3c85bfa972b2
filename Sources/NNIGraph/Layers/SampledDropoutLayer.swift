/// Dropout that drops: `y = x ⊙ m / (1 − p)`, where each `m` is 0 with probability `p` and 1 otherwise.
///
/// The mask depends on the stream and on the element's place alone, so that the same stream is the same
/// thinned network whatever else is computed with it. For `[N, C, …]` with ``dropsChannels`` the numbers
/// are `[C]`, otherwise one for each element of a sample.
///
/// A gradient is multiplied by `m / (1 − p)`. Relevance is handed on unchanged, for the unit's relevance
/// is that of its scaled value. A rate of 0 passes the input on.
///
/// - Reference: Gal and Ghahramani 2016, *Dropout as a Bayesian Approximation*, section 4
///   (`gal2016dropout`).
public struct SampledDropoutLayer: RandomLayer {
  /// The probability with which an element is dropped.
  public let rate: Double
  /// Whether whole channels are dropped together.
  public let dropsChannels: Bool
  /// The random numbers.
  public let random: CounterRandom
  public var streams: [UInt64]

  /// Creates the layer.
  ///
  /// - Throws: ``InterpretabilityError`` for a rate outside 0..<1, or without a stream.
  public init(
    rate: Double, dropsChannels: Bool = false, random: CounterRandom, streams: [UInt64]
  ) throws {
    guard rate >= 0, rate < 1 else {
      throw InterpretabilityError(
        .invalidOption, "a dropout rate of \(rate) leaves nothing; wanted 0 or more and less than 1"
      )
    }
    guard !streams.isEmpty else {
      throw InterpretabilityError(.invalidOption, "dropout that is sampled needs a stream")
    }
    self.rate = rate
    self.dropsChannels = dropsChannels
    self.random = random
    self.streams = streams
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard rate > 0 else { return inputs[0] }
    return try inputs[0] * factors(for: inputs[0])
  }

  /// `m / (1 − p)`, of a shape that broadcasts over `input`.
  private func factors(for input: Tensor) throws -> Tensor {
    try input.requireRank(atLeast: 2)
    let sample = Array(input.shape.dropFirst())
    let isWhole = dropsChannels && sample.count > 1
    let shape = isWhole ? [sample[0]] + sample.dropFirst().map { _ in 1 } : sample
    let threshold = Float(rate)
    let mask = try drawn(shape, for: input) { count, stream in
      random.uniforms(count, stream: stream).map { $0 < threshold ? 0 : 1 }
    }
    return try mask * (1 / (1 - rate))
  }

  public var settings: String { "rate \(rate)\(dropsChannels ? ", whole channels" : "")" }
}

extension SampledDropoutLayer: LocalLayer {
  /// Places are treated alike only where whole channels are dropped, and rows only with one stream.
  public func view(of shapes: [[Int]]) -> LocalView? {
    rate == 0 || dropsChannels && streams.count == 1 ? viewOfOnePlace(shapes) : nil
  }
}
