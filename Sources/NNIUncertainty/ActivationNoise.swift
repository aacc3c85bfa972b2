/// One network with noise on hidden values: `a + σ n` with standard normal `n` at some nodes.
///
/// A member adds the same noise to the input's and to a reference's values.
public struct ActivationNoise: ModelDistribution {
  public let model: Model
  public let count: Int
  /// The nodes to whose values noise is added.
  public let nodes: [NodeID]
  /// σ, in units of the value.
  public let deviation: Double
  /// Decides the noise.
  public let seed: UInt64
  private let noisy: Model
  private let places: [NodeID]

  /// Noise at some nodes of a model.
  ///
  /// - Throws: ``InterpretabilityError`` for a node that does not exist, or a deviation that is negative
  ///   or not finite.
  public init(
    _ model: Model, at nodes: [NodeID], deviation: Double, passes: Int = 100, seed: UInt64 = 0
  ) throws {
    guard !nodes.isEmpty, Set(nodes).count == nodes.count else {
      throw InterpretabilityError(
        .invalidOption, "noise on activations needs nodes, each named once; got \(nodes)")
    }
    self.model = model
    self.nodes = nodes
    self.deviation = deviation
    self.seed = seed
    count = try Self.checked(passes: passes)
    let layer = try GaussianNoiseLayer(
      deviation: deviation, random: CounterRandom(seed: seed, for: .activationNoise), streams: [0])
    var changed = model
    changed.graph = try model.graph.inserting(layer, after: nodes, suffix: "noise")
    noisy = changed
    places = changed.graph.nodes.filter { added in
      added.layer is GaussianNoiseLayer && !model.graph.nodes.contains { $0.id == added.id }
    }.map(\.id)
  }

  /// Without noise each member is computed alone, and all are equal to the last bit.
  public var layout: MemberLayout { deviation > 0 ? .rows : .networks }

  public var record: [String: OptionValue] {
    record(
      "activation-noise",
      [
        "seed": .text("\(seed)"), "deviation": .number(deviation),
        "nodes": .list(nodes.map { .text($0.name) }),
      ])
  }

  public func member(_ draws: [MemberDraw]) throws -> Model {
    var streams: [NodeID: [UInt64]] = [:]
    for (place, id) in places.enumerated() {
      streams[id] = try draws.map { try $0.stream(place: place) }
    }
    return try noisy.settingLayers { [streams] in try $0.settingStreams(streams) }
  }
}
