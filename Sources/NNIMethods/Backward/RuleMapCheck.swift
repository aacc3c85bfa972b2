/// A person's rule map beside the network that it is for: which nodes its entries speak of.
///
/// A `name` fits a node's own name, with or without a leading slash, and the module that the node was
/// exported from: `conv1` fits `/conv1/Conv`, `layer1.*` fits `/layer1/layer1.0/conv1/Conv`. Of the nodes of
/// one module, its weighted layers are meant where there are any.
struct RuleMapCheck {
  private let map: RuleMapDescription
  private let graph: Graph
  private let outline: Graph.Outline
  private let modules: [NodeID: [String]]
  /// The network's own nodes; in `graph` some may be merged with others.
  private let whole: Graph

  init(_ map: RuleMapDescription, of model: Model, in graph: Graph) {
    self.map = map
    self.graph = graph
    whole = model.graph
    outline = Graph.Outline(graph)
    modules = model.moduleNames
  }

  /// The selector with patterns of names replaced by the nodes that they fit.
  func selector(of entry: RuleMapDescription.Entry) -> NodeSelector { resolved(entry.selector) }

  private func resolved(_ selector: NodeSelector) -> NodeSelector {
    switch selector {
    case .name(let pattern): .nodes(nodes(named: pattern))
    case .both(let left, let right): .both(resolved(left), resolved(right))
    default: selector
    }
  }

  private func nodes(named pattern: String) -> Set<NodeID> { nodes(named: pattern, in: graph) }

  private func nodes(named pattern: String, in graph: Graph) -> Set<NodeID> {
    let own = graph.nodes.filter { node in
      let name = node.id.name
      return [name, name.hasPrefix("/") ? String(name.dropFirst()) : name]
        .contains { NodeSelector.fits($0[...], pattern[...]) }
    }
    let members = graph.nodes.filter { node in
      (modules[node.id] ?? []).contains { NodeSelector.fits($0[...], pattern[...]) }
    }
    let weighted = members.filter { $0.layer.kind.isWeighted }
    return Set((own + (weighted.isEmpty ? members : weighted)).map(\.id))
  }

  /// - Throws: ``InterpretabilityError`` when an entry's name fits no node: it is misspelt.
  func requireNames() throws {
    for (index, entry) in map.entries.enumerated() {
      for pattern in Self.patterns(entry.selector)
      where nodes(named: pattern).isEmpty && nodes(named: pattern, in: whole).isEmpty {
        let known = graph.nodes.dropFirst().flatMap { modules[$0.id] ?? [$0.id.name] }
        throw InterpretabilityError(
          .invalidOption,
          "rule map, entry \(index + 1): no node is named “\(pattern)”"
            + Wording.suggestion(for: pattern, among: Array(Set(known))))
      }
    }
  }

  private static func patterns(_ selector: NodeSelector) -> [String] {
    switch selector {
    case .name(let pattern): [pattern]
    case .both(let left, let right): patterns(left) + patterns(right)
    default: []
    }
  }

  /// One sentence for each entry that decides nowhere.
  func notes() -> [String] {
    var isDecided = [Bool](repeating: false, count: graph.nodes.count)
    return map.entries.enumerated().compactMap { index, entry in
      let selector = selector(of: entry)
      let fitting = graph.nodes.indices.dropFirst().filter { selector.matches($0, in: outline) }
      let decides = fitting.contains { !isDecided[$0] }
      for node in fitting { isDecided[node] = true }
      guard !decides else { return nil }
      return "rule map, entry \(index + 1) (\(entry.rule)) "
        + (fitting.isEmpty
          ? "fits no node that has a rule of its own: there is none, or it is merged with its neighbour"
          : "decides nowhere: earlier entries fit all its nodes")
    }
  }
}

extension LRPComposite: NotingMethod {
  public func notes(for model: Model) throws -> [String] {
    guard !rules.entries.isEmpty else { return [] }
    return RuleMapCheck(rules, of: model, in: try model.prepared(preparation)).notes()
  }
}
