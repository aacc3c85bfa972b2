extension Target {
  /// Whether a node can influence the target at all.
  ///
  /// - Throws: ``InterpretabilityError`` when the target does not depend on the node, so that every map
  ///   there is zero.
  func requireInfluence(of node: NodeID, in graph: Graph) throws {
    let source = try graph.index(of: node)
    let end: NodeID = if case .neuron(let id, _) = self { id } else { graph.output }
    let target = try graph.index(of: end)
    guard !graph.isAncestor(of: target)[source] else { return }
    let isBelow = graph.isAncestor(of: source)[target]
    throw InterpretabilityError(
      .invalidTarget,
      "the target, node \(end), does not depend on node \(node)"
        + (isBelow ? ", which comes after it" : "")
        + ", so its map there is zero everywhere; read it at a node that comes before the target")
  }
}

extension Graph {
  /// For each node whether a target depends on it: on the output if it names no node.
  func isUpstream(of target: Target) throws -> [Bool] {
    try isAncestor(
      of: target.nodes.isEmpty ? [outputIndex] : target.nodes.map { try index(of: $0) })
  }
}
