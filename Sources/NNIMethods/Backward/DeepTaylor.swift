/// Deep Taylor decomposition: the z-box at the first weighted layer, z⁺ above.
///
/// - Reference: Montavon et al. 2017, *Explaining Nonlinear Classification Decisions with Deep Taylor
///   Decomposition*, equations 12 and 13 (`montavon2017explaining`).
public struct DeepTaylor: RelevanceMethod {
  /// The input's lowest value after normalisation.
  public var low: ChannelValues
  /// The input's highest value after normalisation.
  public var high: ChannelValues
  public var stabilizer: Double
  public var maxPool: MaxPoolRelevance
  public var bias: BiasShare
  public var batchNorm: MergeBatchNormRewrite.Remnant

  /// Creates the method.
  public init(
    low: ChannelValues = .inputSpec, high: ChannelValues = .inputSpec, stabilizer: Double = 1e-6,
    maxPool: MaxPoolRelevance = .winner, bias: BiasShare = .share,
    batchNorm: MergeBatchNormRewrite.Remnant = .zennit
  ) {
    self.low = low
    self.high = high
    self.stabilizer = stabilizer
    self.maxPool = maxPool
    self.bias = bias
    self.batchNorm = batchNorm
  }

  public var name: String { "taylor-deep" }

  public var options: [MethodOption<Self>] {
    [
      .channelValues("low", \.low, "the input's lowest value after normalisation"),
      .channelValues("high", \.high, "the input's highest value after normalisation"),
    ] + Self.relevanceOptions
  }

  public func rules(
    for graph: Graph, of model: Model, input: Tensor?
  ) throws -> RuleMap {
    let box = try InputBox(low, high, model: model, input: input)
      .rules(for: .firstWeighted, in: graph, stabilizer: stabilizer)
    let above = AlphaBetaRule(alpha: 1, beta: 0, stabilizer: stabilizer, bias: bias)
    return try ruleMap(box + [(.weighted, above)], for: graph)
  }
}

extension DeepTaylor: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        DeepTaylor(), "Relevance by Taylor expansions at roots within the input's range.",
        cites: ["montavon2017explaining"])
    ]
  }
}
