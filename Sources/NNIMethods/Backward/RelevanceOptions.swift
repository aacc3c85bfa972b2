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
  ///
  /// In a network with attention, or with norms by a sample's own statistics, sums, pools and products are shared
  /// without a stabiliser, for signals are multipliers there and nothing is divided: deep ones have elements as small
  /// as any stabiliser.
  func ruleMap(
    _ weighted: [(NodeSelector, any PropagationRule)], for graph: Graph
  ) throws -> RuleMap {
    let pooling: any PropagationRule =
      maxPool == .winner ? GradientRule() : AveragingRule(stabilizer: stabilizer)
    let isStandardized =
      !graph.attentionBlocks.isEmpty || graph.nodes.contains { $0.layer is any StandardizingLayer }
    let affine: any PropagationRule =
      isStandardized && bias == .share
      ? LinearDerivativeRule() : EpsilonRule(epsilon: stabilizer, bias: bias)
    let adding: any PropagationRule =
      isStandardized ? SizeShareRule() : ContributionRule(stabilizer: stabilizer)
    let product: any PropagationRule =
      isStandardized
      ? ProductShareRule(stabilizer: stabilizer)
      : ContributionRule(stabilizer: stabilizer, portion: 0.5)
    return RuleMap(
      weighted,
      defaults: try graph.heldFactors(stabilizer: stabilizer)
        + graph.valueShares(of: .any, portion: 0.5) + [
          (.kind(.affine), affine),
          (.kind(.activation), PassThroughRule()),
          (.kind(.normalization), ConstantScaleRule()),
          (.kind(.structural), LinearDerivativeRule()),
          // What is above sees the scaled activation, and a unit's relevance is that of its scaled value.
          (.kind(.noise), PassThroughRule()),
          (.kind(.maxPooling), pooling),
          (.kinds([.averagePooling, .sum]), adding),
          // Each element of a concatenation is one input's: sharing by contribution gives it all, and
          // must not lose what arrives at an element that is zero.
          (.kind(.concatenation), GradientRule()),
          (.kind(.product), product),
          (.kind(.softmax), SoftmaxRule()),
        ])
  }

  /// LRP's rules do not know batch norm, so it is folded away.
  public var preparation: GraphPreparation { .mergedBatchNorm(batchNorm) }

  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    RelevancePass.scope(rules: try rules(for: graph, of: model, input: input), in: graph)
  }

  /// Hands relevance back from the target's own value.
  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    let rules =
      try recording.ownRules
      ?? rules(for: pass.graph, of: recording.model, input: recording.input)
    let attribution = try RelevancePass(pass, using: rules, at: node).attribution(by: self)
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
    self.low = try model.keepingNumbers(
      of: input, in: low.resolved(for: input, known: bounds?.low, option: "low"))
    self.high = try model.keepingNumbers(
      of: input, in: high.resolved(for: input, known: bounds?.high, option: "high"))
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

extension Model {
  /// A bound of several inputs side by side, in which whole numbers keep their values: they are held fixed.
  fileprivate func keepingNumbers(of input: Tensor, in bound: Tensor) throws -> Tensor {
    guard inputs.contains(where: { !$0.type.isFloatingPoint }) else { return bound }
    let wide = try bound.expanded(to: input.shape)
    return try .concatenated(
      inputs.sorted { $0.start < $1.start }.map { part in
        try (part.type.isFloatingPoint ? wide : input).narrowed(axis: 1, to: part.range)
      }, axis: 1)
  }
}
