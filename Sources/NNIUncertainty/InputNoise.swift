/// One network on noisy inputs: `x + σ n` with standard normal `n`.
///
/// A map is that of the noisy input, so that a method's reference stays free of noise.
///
/// - Reference: Smilkov et al. 2017, section 2.2 (`smilkov2017smoothgrad`), for the mean of such maps.
public struct InputNoise: ModelDistribution {
  public let model: Model
  public let count: Int
  /// σ, in units of the network's input.
  public let deviation: Double
  /// Decides the noise.
  public let seed: UInt64

  /// Noisy inputs of a model.
  ///
  /// - Throws: ``InterpretabilityError`` for a deviation that is negative or not finite.
  public init(_ model: Model, deviation: Double, passes: Int = 100, seed: UInt64 = 0) throws {
    self.model = model
    self.deviation = deviation
    self.seed = seed
    count = try Self.checked(passes: passes)
    _ = try layer([MemberDraw(pass: 0)])
  }

  /// Without noise each member is computed alone, and all are equal to the last bit.
  public var layout: MemberLayout { deviation > 0 ? .inputs : .networks }

  public var record: [String: OptionValue] {
    record("input-noise", ["seed": .text("\(seed)"), "deviation": .number(deviation)])
  }

  public func member(_ draws: [MemberDraw]) throws -> Model { model }

  public func input(_ clean: Tensor, _ draws: [MemberDraw]) throws -> Tensor {
    try layer(draws).forward([clean])
  }

  /// The network behind a layer that adds the noise.
  public func function(_ draw: MemberDraw) throws -> Graph {
    try model.graph.inserting(layer([draw]), after: [model.graph.input], suffix: "noise")
  }

  private func layer(_ draws: [MemberDraw]) throws -> GaussianNoiseLayer {
    try GaussianNoiseLayer(
      deviation: deviation, random: CounterRandom(seed: seed, for: .inputNoise),
      streams: draws.map { try $0.stream(place: 0) })
  }
}
