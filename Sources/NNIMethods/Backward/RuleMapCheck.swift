/// A person's rule map beside the network that it is for: which nodes its entries speak of.
///
/// A `name` fits a node's own name, with or without a leading slash, and the module that the node was
/// exported from: `conv1` fits `/conv1/Conv`, `layer1.*` fits `/layer1/layer1.0/conv1/Conv`. Of the nodes of
/// one module, its weighted layers are meant where there are any.
///
/// No entry fits a node that was merged with another, such as a batch norm folded into the convolution
/// before it: nothing is computed there, and relevance passes unchanged.
struct RuleMapCheck {
  private let map: RuleMapDescription
  private let graph: Graph
  private let outline: Graph.Outline
  private let modules: [NodeID: [String]]
  /// The network's own nodes; in `graph` some may be merged with others.
  private let whole: Graph
  /// The nodes that have a layer of their own in `graph`, too.
  private let unmerged: Set<NodeID>

  init(_ map: RuleMapDescription, of model: Model, in graph: Graph) {
    self.map = map
    self.graph = graph
    whole = model.graph
    outline = Graph.Outline(graph)
    modules = model.moduleNames
    // What is left of a merged layer is of another kind.
    let kinds = Dictionary(uniqueKeysWithValues: whole.nodes.map { ($0.id, $0.layer.kind) })
    unmerged = Set(
      graph.nodes.filter { kinds[$0.id, default: $0.layer.kind] == $0.layer.kind }.map(\.id))
  }

  /// The selector with patterns of names replaced by the nodes that they fit, less the merged ones.
  func selector(of entry: RuleMapDescription.Entry) -> NodeSelector {
    .both(resolved(entry.selector), .nodes(unmerged))
  }

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
  func notes() throws -> [String] {
    var isDecided = [Bool](repeating: false, count: graph.nodes.count)
    return try map.entries.enumerated().compactMap { index, entry in
      let selector = selector(of: entry)
      let fitting = graph.nodes.indices.dropFirst().filter { selector.matches($0, in: outline) }
      let decides = fitting.contains { !isDecided[$0] }
      for node in fitting { isDecided[node] = true }
      guard !decides else { return nil }
      let reason =
        try fitting.isEmpty
        ? merging(of: entry) ?? "fits no node that has a rule of its own"
        : "decides nowhere: earlier entries fit all its nodes"
      return "rule map, entry \(index + 1) (\(entry.rule)) \(reason)"
    }
  }

  /// Where the nodes that an entry means have gone, if it means merged ones.
  private func merging(of entry: RuleMapDescription.Entry) throws -> String? {
    let (selector, outline) = (resolved(entry.selector), Graph.Outline(whole))
    let meant = whole.nodes.indices.filter {
      selector.matches($0, in: outline) && !unmerged.contains(whole.nodes[$0].id)
    }
    guard let first = meant.first.map({ whole.nodes[$0].id }) else { return nil }
    let hosts = try MergeBatchNormRewrite().merged(whole).hosts
    let more = meant.count > 1 ? ", and so on for \(meant.count - 1) more" : ""
    return "decides nowhere: \(first) is merged into \(hosts[first] ?? "its neighbour")\(more), "
      + "and the rule there counts"
  }
}

extension LRPComposite: NotingMethod {
  public func notes(for model: Model) throws -> [String] {
    guard !rules.entries.isEmpty else { return [] }
    return try RuleMapCheck(rules, of: model, in: model.prepared(preparation)).notes()
  }
}
