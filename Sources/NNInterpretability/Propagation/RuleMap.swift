/// Which rule stands at which node; the first entry that fits decides.
///
/// ```swift
/// let rules: RuleMap = [.firstWeighted: .zBox(low: low, high: high), .weighted: .epsilon(), .any: .passThrough]
/// ```
public struct RuleMap: Sendable, ExpressibleByDictionaryLiteral {
  /// The entries in order.
  public var entries: [(selector: NodeSelector, rule: any PropagationRule)]

  /// A map of entries in order.
  public init(_ entries: [(NodeSelector, any PropagationRule)]) {
    self.entries = entries.map { (selector: $0.0, rule: $0.1) }
  }

  public init(dictionaryLiteral elements: (NodeSelector, any PropagationRule)...) {
    self.init(elements)
  }

  /// The rule of each node of a graph, in the order of its nodes; `nil` where no entry fits.
  public func rules(for graph: Graph) -> [(any PropagationRule)?] {
    let outline = Graph.Outline(graph)
    return graph.nodes.indices.map { index in
      entries.first { $0.selector.matches(index, in: outline) }?.rule
    }
  }
}
