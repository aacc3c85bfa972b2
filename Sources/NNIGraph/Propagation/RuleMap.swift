/// Which rule stands at which node; the first entry that fits decides.
///
/// ```swift
/// let rules: RuleMap = [.firstWeighted: .flat, .weighted: .epsilon(), .any: .passThrough]
/// ```
public struct RuleMap: Sendable, ExpressibleByDictionaryLiteral {
  /// One entry.
  public struct Entry: Sendable {
    /// Which nodes it speaks of.
    public let selector: NodeSelector
    /// What stands there.
    public let rule: any PropagationRule
    /// Whether it is what a method puts wherever nobody asked for anything.
    public let isDefault: Bool
  }

  /// The entries in order.
  public var entries: [Entry]

  /// A map of entries in order, with defaults after them.
  public init(
    _ entries: [(NodeSelector, any PropagationRule)],
    defaults: [(NodeSelector, any PropagationRule)] = []
  ) {
    self.entries =
      entries.map { Entry(selector: $0.0, rule: $0.1, isDefault: false) }
      + defaults.map { Entry(selector: $0.0, rule: $0.1, isDefault: true) }
  }

  public init(dictionaryLiteral elements: (NodeSelector, any PropagationRule)...) {
    self.init(elements)
  }

  /// The entry for each node of a graph, in the order of its nodes; `nil` where none fits.
  public func resolved(for graph: Graph) -> [Entry?] {
    let outline = Graph.Outline(graph)
    return graph.nodes.indices.map { index in
      entries.first { $0.selector.matches(index, in: outline) }
    }
  }
}
