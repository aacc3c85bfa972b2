extension Trace {
  /// The value of `end` when a node has other values, several for each sample: only what depends on
  /// the node is computed again.
  ///
  /// Nothing is recorded, and values are freed as soon as nobody needs them.
  ///
  /// - Parameters:
  ///   - id: The node whose value is replaced.
  ///   - values: Its new values, `[N·m, …]`: the `m` of a sample stand in a row.
  ///   - end: The node that is wanted. Default: the trace's own end.
  /// - Returns: The value of `end`, `[N·m, …]`.
  /// - Throws: ``InterpretabilityError`` for a node that was not computed, or a layer that refuses.
  func forward(
    replacing id: NodeID, with values: Tensor, to end: NodeID? = nil
  ) throws -> Tensor {
    let end = end ?? self.end
    let (start, target) = try (graph.index(of: id), graph.index(of: end))
    let samples = try self[id].shape[0]
    precondition(values.shape[0] % samples == 0, "each sample has the same number of values")
    let copies = values.shape[0] / samples
    let isChanged = graph.isDescendant(of: [start])
    let isNeeded = graph.isAncestor(of: target)

    var uses = [Int](repeating: 0, count: graph.nodes.count)
    for index in graph.nodes.indices where isNeeded[index] && isChanged[index] && index != start {
      for source in graph.nodes[index].inputIndices { uses[source] += 1 }
    }
    uses[target] += 1
    var current = [Tensor?](repeating: nil, count: graph.nodes.count)
    current[start] = values

    func value(at index: Int) throws -> Tensor {
      if let value = current[index] { return value }
      let value = try self[graph.nodes[index].id].repeatedInterleaving(copies)
      current[index] = value
      return value
    }
    for index in graph.nodes.indices where isNeeded[index] && isChanged[index] && index != start {
      let node = graph.nodes[index]
      let inputs = try node.inputIndices.map(value)
      current[index] = try graph.value(of: node, inputs) { try $0.forward($1) }
      for source in node.inputIndices {
        uses[source] -= 1
        if uses[source] == 0 { current[source] = nil }
      }
    }
    return try value(at: target)
  }
}
