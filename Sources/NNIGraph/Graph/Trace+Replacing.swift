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
  package func forward(
    replacing id: NodeID, with values: Tensor, to end: NodeID? = nil
  ) throws -> Tensor {
    let samples = try self[id].shape[0]
    precondition(values.shape[0] % samples == 0, "each sample has the same number of values")
    let copies = values.shape[0] / samples
    return try forward(
      replacing: [graph.index(of: id): values],
      samples: (0..<samples).flatMap { [Int](repeating: $0, count: copies) }, to: end ?? self.end)
  }

  /// The value of `end` when some nodes, given by their positions, have other values.
  ///
  /// - Parameters:
  ///   - replaced: The new values of each of these nodes, `[rows, …]`; what they are computed from no
  ///     longer counts.
  ///   - samples: For each row the sample that it belongs to, whose record is read where nothing
  ///     changes.
  ///   - end: The node that is wanted.
  /// - Returns: The value of `end`, `[rows, …]`.
  /// - Throws: ``InterpretabilityError`` for a node that was not computed, or a layer that refuses.
  func forward(replacing replaced: [Int: Tensor], samples: [Int], to end: NodeID) throws -> Tensor {
    let target = try graph.index(of: end)
    let isChanged = graph.isDescendant(of: replaced.keys)
    var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
    isNeeded[target] = true
    for index in stride(from: target, through: 0, by: -1)
    where isNeeded[index] && replaced[index] == nil {
      for source in graph.nodes[index].inputIndices { isNeeded[source] = true }
    }
    let computed = graph.nodes.indices.filter {
      isNeeded[$0] && isChanged[$0] && replaced[$0] == nil
    }
    var uses = [Int](repeating: 0, count: graph.nodes.count)
    for index in computed { for source in graph.nodes[index].inputIndices { uses[source] += 1 } }
    uses[target] += 1
    var current = [Tensor?](repeating: nil, count: graph.nodes.count)
    for (index, values) in replaced where isNeeded[index] { current[index] = values }
    let rows = try Tensor(samples.map { Int64($0) }, shape: [samples.count])

    func value(at index: Int) throws -> Tensor {
      if let value = current[index] { return value }
      let record = try self[graph.nodes[index].id]
      let value = try Tensor.call(
        "aten::index_select", .tensor(record), .int(0), .tensor(rows.moved(to: record.device)))
      current[index] = value
      return value
    }
    for index in computed {
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
