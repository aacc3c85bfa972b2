/// What each element's difference from a reference contributes to the score's difference.
///
/// The map holds contributions `m ⊙ (x − x₀)`, not multipliers, and sums to `f_c(x) − f_c(x₀)` on any
/// graph, for any reference: max pools, products and normalisations have complete rules too. With
/// several references the map is the mean of theirs.
///
/// ```swift
/// let attribution = try DeepLIFT(.revealCancel).attribute(model, input: x, target: .predicted)
/// ```
///
/// - Reference: Shrikumar et al. 2017, *Learning Important Features Through Propagating Activation
///   Differences* (`shrikumar2017learning`); each rule cites its equation.
public struct DeepLIFT: ConfigurableMethod, RuleBasedMethod {
  /// The rule at nonlinearities.
  public enum Rule: String, Sendable, CaseIterable {
    case rescale
    /// The linear rule alone, with the derivative at nonlinearities: the gradient times the
    /// difference, which does not sum to the score's.
    case linear
    case revealCancel = "reveal-cancel"
    /// RevealCancel after dense layers, Rescale after convolutions.
    case genomics
  }

  /// The rule at nonlinearities.
  public var rule: Rule
  /// x₀.
  public var baseline: Baseline
  /// How normalisations and softmaxes hand multipliers down, of which there is more than one complete way.
  public var joint: Joint

  /// The complete rules of a layer that weighs its elements against each other.
  public enum Joint: String, Sendable, CaseIterable {
    /// Quotients of differences in closed form: exact, one pass (``NormalizationDifferenceRule``,
    /// ``SoftmaxDifferenceRule``).
    case closed
    /// The derivative averaged along the straight path (``PathRule``).
    case path
  }

  /// Creates the method.
  public init(_ rule: Rule = .rescale, baseline: Baseline = .zero, joint: Joint = .closed) {
    self.rule = rule
    self.baseline = baseline
    self.joint = joint
  }

  public var name: String { "deeplift-\(rule.rawValue)" }

  public var promise: MapPromise { rule == .linear ? .nothing : .sumsToScore }

  public var options: [MethodOption<Self>] {
    [
      .baseline("baseline", \.baseline, "the input that is compared with"),
      .choice("joint", \.joint, "the rule of normalisations and softmaxes"),
    ]
  }

  /// The network with batch norm folded away, so that contributions to a unit are those of the
  /// layer's inputs.
  public var preparation: GraphPreparation { .mergedBatchNorm(.exact) }

  public func rules(
    for graph: Graph, of model: Model, input: Tensor?
  ) throws -> RuleMap {
    var entries: [(NodeSelector, any PropagationRule)] = []
    switch rule {
    case .linear: return [.any: .gradient]
    case .rescale: entries = [(.kind(.activation), RescaleRule())]
    case .revealCancel: entries = [(.kind(.activation), RevealCancelRule())]
    case .genomics:
      entries = Self.nodesAfterDense(graph).map { (.node($0), RevealCancelRule()) }
      entries.append((.kind(.activation), RescaleRule()))
    }
    // Of an operator that is known by name alone nothing is known but its derivative.
    if let node = graph.nodes.first(where: { $0.layer.kind == .operator }) {
      throw InterpretabilityError(
        .missingRule,
        "DeepLIFT has no rule for \(node.layer.settings) (kind operator); take a method of gradients, "
          + "such as integrated gradients", node: node.id)
    }
    return RuleMap(
      entries,
      defaults: [
        (.weighted, LinearRule()), (.kind(.affine), LinearRule()),
        (.kind(.maxPooling), MaxPoolDifferenceRule()),
        (.kind(.product), PathRule(steps: 1, limit: 1)),
        (.kind(.normalization), joint == .path ? PathRule() : NormalizationDifferenceRule()),
        (.kind(.softmax), joint == .path ? PathRule() : SoftmaxDifferenceRule()),
        (.any, PartwiseRule()),
      ])
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    let references = baseline.count(samples: context.samples)
    return MethodCost(
      forward: 1 + references, backward: references, inputsAtOnce: context.samples)
  }

  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    let rules = try rules(for: graph, of: model, input: input)
    return splitNodes(rules, graph).isEmpty ? RecordingScope(rules: rules) : nil
  }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    let (graph, input) = (pass.graph, recording.input)
    let rules =
      try recording.ownRules ?? rules(for: graph, of: recording.model, input: input)
    let split = splitNodes(rules, graph)
    let references = try baseline.references(for: input)
    var (map, referenceScore): (Tensor?, Tensor?)
    var absorbed: [Ledger.Cause: Tensor] = [:]
    try Computation.forEach(references) { start in
      let other = try graph.trace(
        Self.shared(start, in: graph), readable: [], freeingFor: split.isEmpty ? rules : nil,
        keeping: [pass.target.node, node])
      let comparison = try ReferenceTrace(pass.trace, against: other, splitting: split)
      let result = try pass.trace.propagate(
        pass.unitSeed, using: rules, reading: [node], against: comparison)
      let share = 1 / Double(references.count)
      let part = try contributions(result.signal(at: node), at: node, comparison) * share
      let start = try comparison.value(graph.index(of: pass.target.node))
      let score = try pass.target.score(start) * share
      map = try map.map { try $0 + part } ?? part
      referenceScore = try referenceScore.map { try $0 + score } ?? score
      for (cause, amount) in try result.totals {
        absorbed[cause] = try absorbed[cause].map { try $0 + amount * share } ?? amount * share
      }
    }
    let total = try map ?? pass.trace[node].zerosLike()
    let attribution = try Attribution(
      map: total,
      ledger: Ledger(
        score: pass.score, reference: referenceScore, map: total, absorbed: absorbed),
      target: pass.target, method: self, layer: pass.layer(node))
    // Not all of the score need pass a hidden node.
    guard node == pass.graph.input else { return attribution }
    return try SpotCheck(attribution, recording.model, recording.input)?
      .verified(self, target, isExact: true, breaker: { try jump(pass, references, of: $0) })
      ?? attribution
  }

  /// One sample of a reference that is the same for all; all of them if samples meet different random numbers.
  static func shared(_ reference: Tensor, in graph: Graph) throws -> Tensor {
    guard reference.shape[0] > 1, !graph.nodes.contains(where: { $0.layer.kind == .noise }) else {
      return reference
    }
    let first = try reference.narrowed(axis: 0, to: 0..<1)
    return try (reference - first).magnitude().sum().item() == 0 ? first : reference
  }

  /// Multipliers times differences; the parts of a split one count apart.
  func contributions(
    _ signal: Signal, at node: NodeID, _ comparison: ReferenceTrace
  ) throws -> Tensor {
    let index = try comparison.trace.graph.index(of: node)
    guard let negative = signal.negative else {
      return try comparison.difference(index) * signal.value
    }
    let parts = try comparison.parts(index)
    return try parts.positive * signal.value + parts.negative * negative
  }

  /// The nodes that feed a RevealCancel, whose differences are needed in two parts.
  func splitNodes(_ rules: RuleMap, _ graph: Graph) -> Set<Int> {
    Set(
      zip(graph.nodes, rules.resolved(for: graph)).compactMap { node, entry in
        entry?.rule is RevealCancelRule ? node.inputIndices[0] : nil
      })
  }

  /// Activations whose nearest weighted layer below, through anything that carries parts, is dense.
  private static func nodesAfterDense(_ graph: Graph) -> [NodeID] {
    var isDense = [Bool](repeating: false, count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() where index > 0 {
      let kind = node.layer.kind
      isDense[index] =
        kind == .dense || kind.carriesParts && node.inputIndices.allSatisfy { isDense[$0] }
    }
    return graph.nodes.filter { node in
      node.layer.kind == .activation && node.inputIndices.allSatisfy { isDense[$0] }
    }.map(\.id)
  }
}

extension DeepLIFT: Cataloged {
  public static var entries: [any CatalogEntry] {
    let cites = ["shrikumar2017learning"]
    return [
      MethodEntry(
        DeepLIFT(.rescale), "What each difference from a reference contributes (Rescale).",
        cites: cites),
      MethodEntry(
        DeepLIFT(.linear),
        "The gradient times the difference from a reference (linear rule alone).",
        cites: cites),
      MethodEntry(
        DeepLIFT(.revealCancel),
        "What each difference contributes, seeing what cancels (RevealCancel).", cites: cites),
      MethodEntry(
        DeepLIFT(.genomics),
        "RevealCancel after dense layers, Rescale after convolutions.", cites: cites),
    ]
  }
}
