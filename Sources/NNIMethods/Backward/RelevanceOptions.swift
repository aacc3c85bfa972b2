/// Where relevance goes at max pooling.
public enum MaxPoolRelevance: String, Sendable, CaseIterable {
  /// To the winner of each window; the first one on ties.
  case winner
  /// To all elements of a window by contribution, as at average pooling.
  case average
}

/// The options that all forms of LRP share.
public protocol RelevanceMethod: ConfigurableMethod, RuleBasedMethod, RelevanceFlowMethod {
  /// Keeps the denominators of sums, pools and rules away from zero; 0 or more.
  var stabilizer: Double { get set }
  /// Where relevance goes at max pooling.
  var maxPool: MaxPoolRelevance { get set }
  /// Whether biases take their share of relevance.
  var bias: BiasShare { get set }
  /// Whether folding batch norm leaves the network's values exactly as they are, or as zennit does.
  var batchNorm: MergeBatchNormRewrite.Remnant { get set }
}

extension RelevanceMethod {
  public var promise: MapPromise { .sumsToScore }

  /// The shared options.
  static var relevanceOptions: [MethodOption<Self>] {
    [
      .number(
        "stabilizer", \.stabilizer, "keeps denominators away from zero", in: 0...(.infinity)),
      .choice("max-pool", \.maxPool, "where relevance goes at max pooling"),
      .choice("bias", \.bias, "whether biases take their share of relevance or count as zero"),
      .choice("batch-norm", \.batchNorm, "folded as zennit does (ε stays) or exactly"),
    ]
  }

  /// The rule map with `weighted` entries for convolutions and dense layers, and LRP's usual rules for
  /// all else.
  func ruleMap(_ weighted: [(NodeSelector, any PropagationRule)]) -> RuleMap {
    let pooling: any PropagationRule =
      maxPool == .winner ? GradientRule() : AveragingRule(stabilizer: stabilizer)
    return RuleMap(
      weighted,
      defaults: [
        (.kind(.affine), EpsilonRule(epsilon: stabilizer, bias: bias)),
        (.kind(.activation), PassThroughRule()),
        (.kind(.normalization), PassThroughRule()),
        (.kind(.structural), GradientRule()),
        // What is above sees the scaled activation, and a unit's relevance is that of its scaled value.
        (.kind(.noise), PassThroughRule()),
        (.kind(.maxPooling), pooling),
        (.kind(.averagePooling), ContributionRule(stabilizer: stabilizer)),
        (.kind(.sum), ContributionRule(stabilizer: stabilizer)),
        // Each element of a concatenation is one input's: sharing by contribution gives it all, and
        // must not lose what arrives at an element that is zero.
        (.kind(.concatenation), GradientRule()),
        (.kind(.product), ContributionRule(stabilizer: stabilizer, portion: 0.5)),
      ])
  }

  /// LRP's rules do not know batch norm, so it is folded away.
  public var preparation: GraphPreparation { .mergedBatchNorm(batchNorm) }

  /// Hands relevance back from the target's own value.
  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    let rules = try rules(for: pass.graph, of: recording.model, input: recording.input)
    let result = try pass.trace.propagate(pass.scoreSeed, using: rules, reading: [node])
    let map = try result[node]
    let attribution = try Attribution(
      map: map, ledger: Ledger(score: pass.score, map: map, absorbed: result.totals),
      target: pass.target, method: self, layer: pass.layer(node), absorbed: result.absorbed)
    // Not all of the score need pass a hidden node.
    guard node == pass.graph.input else { return attribution }
    // A rule map may hold rules that conserve nothing, and a part of a sum need not depend on the input.
    return try SpotCheck(attribution, recording.model, recording.input)?
      .verified(self, target, isExact: false) ?? attribution
  }
}

/// The box that the network's input lies in.
struct InputBox {
  let low: Tensor
  let high: Tensor
  private let shape: [Int]

  init(_ low: ChannelValues, _ high: ChannelValues, model: Model, input: Tensor?) throws {
    guard let input else {
      throw InterpretabilityError(
        .invalidOption, "the z-box needs to know the input's shape, which the model does not state")
    }
    let bounds = model.inputSpec.bounds
    shape = input.shape
    self.low = try low.resolved(for: input, known: bounds?.low, option: "low")
    self.high = try high.resolved(for: input, known: bounds?.high, option: "high")
    guard try (self.high - self.low).minimum(over: Array(0..<input.rank)).item() >= 0 else {
      throw InterpretabilityError(.invalidOption, "low must nowhere exceed high")
    }
  }

  /// A z-box rule for each node that `selector` picks, with the box as it arrives there through
  /// whatever lies before: a flatten, or a normalisation that is part of the network.
  func rules(
    for selector: NodeSelector, in graph: Graph, stabilizer: Double
  ) throws -> [(NodeSelector, any PropagationRule)] {
    let outline = Graph.Outline(graph)
    return try graph.nodes.indices.filter { selector.matches($0, in: outline) }.map { index in
      var prefix = graph
      try prefix.setOutput(graph.nodes[index].inputs[0])
      // Noise that differs from row to row moves the box of each row.
      let isNoisy = prefix.nodes.contains { $0.layer.kind == .noise }
      let (one, other) = (
        try prefix.forward(isNoisy ? low.expanded(to: shape) : low),
        try prefix.forward(isNoisy ? high.expanded(to: shape) : high)
      )
      let rule = ZBoxRule(
        low: try .call("aten::minimum", .tensor(one), .tensor(other)),
        high: try .call("aten::maximum", .tensor(one), .tensor(other)), stabilizer: stabilizer)
      return (.node(graph.nodes[index].id), rule)
    }
  }
}
