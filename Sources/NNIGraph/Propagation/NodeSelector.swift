/// Which nodes an entry of a ``RuleMap`` speaks of.
public enum NodeSelector: Sendable, Hashable {
  /// Every node.
  case any
  /// Nodes of one kind.
  case kind(LayerKind)
  /// Nodes of one of several kinds.
  case kinds([LayerKind])
  /// Nodes whose name fits a pattern, in which `*` stands for any text.
  case name(String)
  /// Convolutions and dense layers.
  case weighted
  /// Weighted layers that no other weighted layer comes before, in the order of the data's flow.
  case firstWeighted
  /// Activations that cut off below zero: ReLU, ReLU6.
  case rectifier
  /// The nodes of these names.
  case nodes(Set<NodeID>)
  /// The node of that name.
  case node(NodeID)
  /// Weighted layers whose depth lies in a range: 0 is the first, 1 the last.
  case depth(ClosedRange<Double>)
  /// Nodes that both fit.
  indirect case both(NodeSelector, NodeSelector)

  /// Whether the selector fits the node at `index`.
  package func matches(_ index: Int, in outline: Graph.Outline) -> Bool {
    let node = outline.graph.nodes[index]
    return switch self {
    case .any: true
    case .kind(let kind): node.layer.kind == kind
    case .kinds(let kinds): kinds.contains(node.layer.kind)
    case .name(let pattern): Self.fits(node.id.name[...], pattern[...])
    case .weighted: node.layer.kind.isWeighted
    case .firstWeighted: outline.isFirstWeighted[index]
    case .rectifier: (node.layer as? ActivationLayer)?.isRectifier ?? false
    case .nodes(let ids): ids.contains(node.id)
    case .node(let id): node.id == id
    case .depth(let range): outline.depth[index].map(range.contains) ?? false
    case .both(let left, let right):
      left.matches(index, in: outline) && right.matches(index, in: outline)
    }
  }

  /// Whether a text fits a pattern with stars: each piece between stars is taken where it first comes,
  /// the last one at the end.
  package static func fits(_ text: Substring, _ pattern: Substring) -> Bool {
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else {
      return text == pattern
    }
    guard text.count >= first.count + last.count, text.hasPrefix(first), text.hasSuffix(last) else {
      return false
    }
    var rest = text.dropFirst(first.count).dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}

extension Graph {
  /// What selectors ask of a graph, computed once.
  package struct Outline {
    let graph: Graph
    /// Whether a node is weighted and no weighted node lies between it and the input.
    package let isFirstWeighted: [Bool]
    /// For weighted nodes, how many weighted nodes lie on the longest way to them, as a fraction of
    /// the longest way to any.
    let depth: [Double?]

    package init(_ graph: Graph) {
      self.graph = graph
      var level = [Int](repeating: 0, count: graph.nodes.count)
      var isFirst = [Bool](repeating: false, count: graph.nodes.count)
      for (index, node) in graph.nodes.enumerated() where index > 0 {
        let before = node.inputIndices.map { level[$0] }.max() ?? 0
        level[index] = before + (node.layer.kind.isWeighted ? 1 : 0)
        isFirst[index] = node.layer.kind.isWeighted && before == 0
      }
      let deepest = max(level.max() ?? 1, 2)
      isFirstWeighted = isFirst
      depth = graph.nodes.indices.map { index in
        graph.nodes[index].layer.kind.isWeighted
          ? Double(level[index] - 1) / Double(deepest - 1) : nil
      }
    }
  }
}
