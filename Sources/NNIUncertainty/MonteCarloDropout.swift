/// The thinned networks that dropout makes of one: Monte Carlo dropout.
///
/// Every ``DropoutLayer`` becomes a ``SampledDropoutLayer``; batch norm and all else stay as they are in
/// inference. The mask is keyed by seed, sample, pass and the dropout's place in the network.
///
/// - Reference: Gal and Ghahramani 2016, *Dropout as a Bayesian Approximation: Representing Model
///   Uncertainty in Deep Learning*, section 4 (`gal2016dropout`). The original package puts the whole
///   network in training mode, batch norm included, and averages logits.
public struct MonteCarloDropout: ModelDistribution {
  public let model: Model
  public let count: Int
  /// Decides all masks.
  public let seed: UInt64
  /// With which probability elements are dropped.
  public let rate: DropoutRate
  /// Dropout that the network does not have and gets.
  public let insertions: [DropoutInsertion]
  private let sampled: Model
  private let places: [NodeID]
  private let isRandom: Bool

  /// The members of a model.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - passes: How many members there are.
  ///   - seed: Decides all masks.
  ///   - rate: With which probability the network's own dropout drops.
  ///   - insertions: Dropout after further nodes, for networks that were exported without theirs.
  /// - Throws: ``InterpretabilityError`` when the model has no dropout and gets none, there is no such
  ///   node, or a rate is not in 0..<1.
  public init(
    _ model: Model, passes: Int = 100, seed: UInt64 = 0, rate: DropoutRate = .asTrained,
    inserting insertions: [DropoutInsertion] = []
  ) throws {
    self.insertions = insertions
    self.model = model
    self.seed = seed
    self.rate = rate
    count = try Self.checked(passes: passes)
    var thinned = model
    let random = CounterRandom(seed: seed, for: .dropout)
    let draw = MemberDraw(pass: 0)
    thinned.graph =
      insertions.isEmpty
      ? try model.graph.sampledDropout(random: random, draw: draw, rate: rate)
      : try model.graph.inserting(insertions, besides: rate).sampledDropout(
        random: random, draw: draw)
    sampled = thinned
    let layers = thinned.graph.nodes.filter { $0.layer is SampledDropoutLayer }
    places = layers.map(\.id)
    isRandom = layers.contains { ($0.layer as? SampledDropoutLayer).map { $0.rate > 0 } ?? false }
  }

  /// Without randomness each member is computed alone, and all are equal to the last bit.
  public var layout: MemberLayout { isRandom ? .rows : .networks }

  public var record: [String: OptionValue] {
    var options: [String: OptionValue] = [
      "seed": .text("\(seed)"), "rate": .text(rate.description),
    ]
    if !insertions.isEmpty { options["inserted"] = .list(insertions.map { .text($0.description) }) }
    return record("monte-carlo-dropout", options)
  }

  public func member(_ draws: [MemberDraw]) throws -> Model {
    var streams: [NodeID: [UInt64]] = [:]
    for (place, id) in places.enumerated() {
      streams[id] = try draws.map { try $0.stream(place: place) }
    }
    return try sampled.settingLayers { [streams] in try $0.settingStreams(streams) }
  }
}

/// With which probability dropout drops.
public enum DropoutRate: Sendable, Hashable, CustomStringConvertible {
  /// As each layer says.
  case asTrained
  /// The same everywhere, in 0..<1.
  case fixed(Double)

  public var description: String {
    switch self {
    case .asTrained: "as-trained"
    case .fixed(let rate): "\(rate)"
    }
  }
}

extension Graph {
  /// The same graph with every ``DropoutLayer`` drawing its mask, as one thinned network.
  ///
  /// Only they become random. The stream of the network's `i`-th dropout is that of the draw at place `i`.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no dropout, or a rate is not in 0..<1.
  public func sampledDropout(
    random: CounterRandom, draw: MemberDraw, rate: DropoutRate = .asTrained
  ) throws -> Graph {
    var graph = self
    var place = 0
    for node in nodes {
      guard let layer = node.layer as? DropoutLayer else { continue }
      let stream = try draw.stream(place: place)
      let used = if case .fixed(let fixed) = rate { fixed } else { layer.rate }
      do {
        try graph.setLayer(
          SampledDropoutLayer(
            rate: used, dropsChannels: layer.dropsChannels, random: random, streams: [stream]),
          at: node.id)
      } catch let error as InterpretabilityError {
        throw InterpretabilityError(error.code, error.message, node: node.id)
      }
      place += 1
    }
    guard place > 0 else {
      throw InterpretabilityError(
        .unsupported,
        "the network has no dropout, so nothing of it can be sampled; exporters leave dropout out in "
          + "evaluation mode: export it with dropout kept, put it back with --dropout NODE:RATE "
          + "(MonteCarloDropout's inserting), or take an ensemble or noise")
    }
    return graph
  }
}
