/// Whether a map depends on what the network has learnt: it is made again by networks whose layers have got
/// random numbers.
///
/// Layers with weights are randomised from the output on, each with all those after it (`cascading`), or each
/// alone (`independent`); the class stays. At each stage the map is compared with the original one by the
/// magnitudes of the pixels: Spearman's rank correlation and structural similarity. The value is the rank
/// correlation at the last stage of a cascade, where nothing learnt is left, and the mean over the stages of
/// independent ones. Curves `rank-correlation` and `structural-similarity` hold all stages, by the share of
/// layers randomised or by the layer's place from the output; the maps are kept in
/// ``MetricResult/maps``, named by the node.
///
/// A map that stays as it is shows the input's edges and not what was learnt. A low value does not make a map
/// right: noise has it too. Maps with much structure of the input in them, as all that are multiplied by
/// it, keep some correlation for that reason alone.
///
/// - Reference: Adebayo et al. 2018, *Sanity Checks for Saliency Maps*, section 3
///   (`adebayo2018sanity`). Random numbers are as large as the layer's own (see ``WeightRandomization``), where
///   the paper draws the layer's initial distribution.
public struct ParameterRandomization: ConfigurableMetric {
  /// Which layers are random at a stage.
  public enum Order: String, Sendable, Codable, CaseIterable {
    /// A layer and all after it.
    case cascading
    /// One layer alone.
    case independent
  }

  /// Which layers are random at a stage.
  public var order: Order
  /// At how many stages maps are made, evenly over the layers, the last of a cascade being all of them; 0 for
  /// each layer.
  public var stages: Int
  /// What takes the place of parameters.
  public var distribution: WeightRandomization.Distribution
  /// Decides the random numbers.
  public var seed: Int

  /// Creates the metric.
  public init(
    order: Order = .cascading, stages: Int = 8,
    distribution: WeightRandomization.Distribution = .gaussian, seed: Int = 0
  ) {
    self.order = order
    self.stages = stages
    self.distribution = distribution
    self.seed = seed
  }

  public var name: String { "parameter-randomization" }

  public var direction: MetricDirection { .lowerIsBetter }

  public var options: [MethodOption<Self>] {
    [
      .choice("order", \.order, "which layers are random: one and all after it, or one alone"),
      .integer(
        "stages", \.stages, "at how many stages maps are made; 0 for each layer", in: 0...10_000),
      .choice(
        "distribution", \.distribution,
        "normal numbers as large, or the layer's own in another order"),
      .integer("seed", \.seed, "decides the random numbers", in: 0...Int(Int32.max)),
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let nodes = try nodes(of: subject.model.graph)
    let original = try PixelMap(subject.attribution, over: subject.places)
    var correlations = [[Double]](repeating: [1], count: subject.samples)
    var similarities = [[Double]](repeating: [1], count: subject.samples)
    var maps: [String: [Tensor]] = [:]
    try Computation.forEach(nodes) { _, node in
      var random = try model(subject.model, node)
      // A map of random weights is only compared, whatever arithmetic makes of it.
      random.arithmeticCheck = .reported
      let attribution = try subject.method.attribute(
        random, input: subject.input, target: subject.target)
      let map = try PixelMap(attribution, over: subject.places)
      maps[node.name] = [attribution.map]
      for sample in 0..<subject.samples {
        let similarity = try MapSimilarity(original, map, sample: sample)
        // A map that is flat has lost everything.
        correlations[sample].append(similarity.rankCorrelation ?? 0)
        if let value = similarity.structuralSimilarity { similarities[sample].append(value) }
      }
    }
    let places = [0] + nodes.map(\.share)
    var curves = ["rank-correlation": MetricCurve(places: places, values: correlations)]
    if similarities.allSatisfy({ $0.count == places.count }) {
      curves["structural-similarity"] = MetricCurve(places: places, values: similarities)
    }
    func number(_ values: [Double]) -> Double? {
      order == .cascading
        ? values.last : values.dropFirst().reduce(0, +) / Double(max(1, values.count - 1))
    }
    return try result(
      correlations.map(number), details: curves.mapValues { $0.values.map(number) }, curves: curves,
      maps: maps)
  }

  /// A network as it is at the stage of a node.
  public func model(_ model: Model, _ node: NodeID) throws -> Model {
    let randomization = WeightRandomization(distribution, seed: seed)
    return switch order {
    case .cascading: try model.randomized(randomization, from: node)
    case .independent: try model.randomized(randomization, nodes: [node])
    }
  }

  /// The nodes at which maps are made, from the output on, with the share of layers up to each.
  ///
  /// - Throws: ``InterpretabilityError`` for a network without a layer that has weights.
  func nodes(of graph: Graph) throws -> [(share: Double, node: NodeID)] {
    let isUsed = graph.isAncestor(of: graph.outputIndex)
    let layers = graph.nodes.indices.reversed().filter {
      isUsed[$0] && graph.nodes[$0].layer.kind.isWeighted
    }.map { graph.nodes[$0].id }
    guard !layers.isEmpty else {
      throw InterpretabilityError(
        .unsupported, "the network has no layer with weights that could be randomised")
    }
    let count = stages == 0 ? layers.count : min(stages, layers.count)
    return (1...count).map { stage in
      let place = (stage * layers.count + count - 1) / count
      return (Double(place) / Double(layers.count), layers[place - 1])
    }
  }
}

extension ParameterRandomization: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        ParameterRandomization(), "Whether the map changes when what was learnt is made random.",
        formula: "Spearman's $ρ(|a|, |a_{random}|)$ over pixels, all layers random",
        reading: """
          Near 0 when the map depends on what the network learnt; near 1 when it shows the input's edges \
          whatever the network. Noise has 0 too, and a fixed map such as a control has 1.
          """,
        cites: ["adebayo2018sanity"])
    ]
  }
}
