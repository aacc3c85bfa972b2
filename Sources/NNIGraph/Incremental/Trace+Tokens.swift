extension Trace {
  /// The value at the end of a part for inputs of which only tokens from `start` on differ from the recorded ones.
  ///
  /// Each node of the part computes these tokens' rows; all else is read from the record, such as the keys and
  /// values of the tokens before.
  ///
  /// - Parameters:
  ///   - part: The part of the network in which earlier tokens stay as they are.
  ///   - rows: The input, `[N·m, …]`: the `m` of a sample stand in a row.
  ///   - start: The first token that differs.
  /// - Returns: The value of the part's end, `[N·m, …]`; `nil` where a key is so long that the mask of its attention might
  ///   no longer hide it altogether.
  /// - Throws: ``InterpretabilityError`` that names the node at which a layer refused its inputs.
  package func forward(_ part: TokenPart, rows: Tensor, from start: Int) throws -> Tensor? {
    let count = try self[graph.input].shape[0]
    precondition(rows.shape[0] % count == 0, "each sample has the same number of rows")
    let copies = rows.shape[0] / count
    let samples = (0..<count).flatMap { [Int](repeating: $0, count: copies) }
    let chosen = try Tensor(samples.map { Int64($0) }, shape: [samples.count])
    let computed = start..<part.tokens
    var uses = [Int](repeating: 0, count: graph.nodes.count)
    for index in part.nodes {
      for source in graph.nodes[index].inputIndices where source != 0 { uses[source] += 1 }
    }
    var current = [Tensor?](repeating: nil, count: graph.nodes.count)
    var whole: [Int: Tensor] = [:]

    func recorded(_ index: Int, _ range: Range<Int>? = nil, axis: Int = 0) throws -> Tensor {
      let record = try self[graph.nodes[index].id]
      let own = try range.map { try record.narrowed(axis: axis, to: $0) } ?? record
      return try .call(
        "aten::index_select", .tensor(own), .int(0), .tensor(chosen.moved(to: own.device)))
    }
    func value(_ index: Int, _ operand: TokenStep.Operand) throws -> Tensor {
      switch (operand, current[index], part.states[index].rowAxis) {
      case (.rows, let own?, _): own
      case (.rows(let axis), nil, _): try recorded(index, computed, axis: axis)
      case (.whole, let own?, let axis?):
        try .concatenated([recorded(index, 0..<start, axis: axis), own], axis: axis)
      case (.whole, _, _): try recorded(index)
      }
    }
    func input(_ index: Int) throws -> Tensor {
      index == 0 ? rows : try graph.value(of: graph.nodes[index], [rows]) { try $0.forward($1) }
    }
    for index in part.nodes {
      let node = graph.nodes[index]
      if let step = part.steps[index] {
        if let limit = part.keyLimits[index], let keys = current[node.inputIndices[limit.operand]],
          try !(keys.largestNorm(over: limit.axes) <= limit.norm)
        {
          return nil
        }
        let inputs = try zip(node.inputIndices, step.operands).map { try value($0, $1) }
        let layer = try step.layer(start)
        current[index] = try graph.value(of: node, inputs) { try layer.forward($1) }
      } else if let axis = part.states[index].rowAxis {
        current[index] = try input(index).narrowed(axis: axis, to: computed)
      }
      if part.handover.contains(index) { whole[index] = try value(index, .whole) }
      for source in node.inputIndices where source != 0 {
        uses[source] -= 1
        if uses[source] == 0 { current[source] = nil }
      }
    }
    for index in part.handover where whole[index] == nil { whole[index] = try input(index) }
    return try forward(replacing: whole, samples: samples, to: part.end)
  }
}
