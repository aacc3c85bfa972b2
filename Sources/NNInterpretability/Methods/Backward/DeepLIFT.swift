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

  /// Creates the method.
  public init(_ rule: Rule = .rescale, baseline: Baseline = .zero) {
    self.rule = rule
    self.baseline = baseline
  }

  public var name: String { "deeplift-\(rule.rawValue)" }

  public var promise: MapPromise { rule == .linear ? .nothing : .sumsToScore }

  public var options: [MethodOption<Self>] {
    [.baseline("baseline", \.baseline, "the input that is compared with; several: their mean")]
  }

  /// The network with batch norm folded away, so that contributions to a unit are those of the
  /// layer's inputs.
  public func prepared(_ graph: Graph) throws -> Graph {
    try MergeBatchNormRewrite().apply(to: graph)
  }

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
    return RuleMap(
      entries + [
        (.weighted, LinearRule()), (.kind(.affine), LinearRule()),
        (.kind(.maxPooling), MaxPoolDifferenceRule()),
        (.kind(.product), PathRule(steps: 1, limit: 1)), (.kind(.normalization), PathRule()),
        (.kind(.softmax), PathRule()), (.any, PartwiseRule()),
      ])
  }

  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    let graph = try prepared(model.graph)
    let pass = try BackwardPass(model, graph: graph, input: input, target: target)
    let rules = try rules(for: graph, of: model, input: input)
    let references = try baseline.references(for: input)
    var (map, referenceScore): (Tensor?, Tensor?)
    var absorbed: [Ledger.Cause: Tensor] = [:]
    for start in references {
      let other = try graph.trace(start, readable: [])
      let comparison = try ReferenceTrace(
        pass.trace, against: other, splitting: splitNodes(rules, graph))
      let result = try pass.trace.propagate(pass.unitSeed, using: rules, against: comparison)
      let share = 1 / Double(references.count)
      let way = try input - start
      let multiplier = try result.signal(at: graph.input).multiplier(of: way)
      let part = try way * multiplier * share
      let score = try pass.target.score(other[pass.target.node]) * share
      map = try map.map { try $0 + part } ?? part
      referenceScore = try referenceScore.map { try $0 + score } ?? score
      for (cause, amount) in try result.totals {
        absorbed[cause] = try absorbed[cause].map { try $0 + amount * share } ?? amount * share
      }
    }
    let total = try map ?? input.zerosLike()
    return try Attribution(
      map: total,
      ledger: Ledger(
        score: pass.score, reference: referenceScore, map: total, absorbed: absorbed),
      target: pass.target, method: self)
  }

  /// The nodes that feed a RevealCancel, whose differences are needed in two parts.
  private func splitNodes(_ rules: RuleMap, _ graph: Graph) -> Set<Int> {
    Set(
      zip(graph.nodes, rules.rules(for: graph)).compactMap { node, rule in
        rule is RevealCancelRule ? node.inputIndices[0] : nil
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
