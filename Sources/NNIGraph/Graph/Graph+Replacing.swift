/// Rewrites are made of this one change.
extension Graph {
  /// A node's new layer and what feeds it.
  package struct Replacement {
    let layer: any Layer
    let inputs: [NodeID]
  }

  /// The same graph with some nodes replaced, and without those that the output then no longer needs.
  ///
  /// - Throws: ``InterpretabilityError`` when a replacement is fed by a node that comes after it.
  package func replacing(_ replacements: [NodeID: Replacement]) throws -> Graph {
    var changed = Graph(input: input)
    for node in nodes.dropFirst() {
      let replacement = replacements[node.id]
      try changed.add(
        replacement?.layer ?? node.layer, as: node.id, after: replacement?.inputs ?? node.inputs)
    }
    try changed.setOutput(output)
    let isNeeded = changed.isAncestor(of: changed.outputIndex)
    var pruned = Graph(input: input)
    for (index, node) in changed.nodes.enumerated().dropFirst() where isNeeded[index] {
      try pruned.add(node.layer, as: node.id, after: node.inputs)
    }
    try pruned.setOutput(output)
    return pruned
  }
}
