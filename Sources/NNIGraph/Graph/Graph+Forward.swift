extension Graph {
  /// The network's value for a batch `[N, …]`; values no longer needed are freed.
  ///
  /// - Parameters:
  ///   - input: The batch.
  ///   - start: The node whose value it is; what is needed after it must depend on nothing before it.
  ///     Default: the input.
  ///   - end: The node that is wanted. Default: the output.
  /// - Returns: The value of the end.
  /// - Throws: ``InterpretabilityError`` that names the node at which a layer refused its inputs.
  public func forward(
    _ input: Tensor, from start: NodeID? = nil, to end: NodeID? = nil
  ) throws -> Tensor {
    let first = try start.map(index(of:)) ?? 0
    let target = try end.map(index(of:)) ?? outputIndex
    let needed = isAncestor(of: target)
    var uses = [Int](repeating: 0, count: nodes.count)
    for index in nodes.indices.prefix(target + 1).dropFirst(first + 1) where needed[index] {
      for source in nodes[index].inputIndices { uses[source] += 1 }
    }
    var values = [Tensor?](repeating: nil, count: nodes.count)
    values[first] = input
    for index in nodes.indices.prefix(target + 1).dropFirst(first + 1) where needed[index] {
      let inputs = nodes[index].inputIndices.compactMap { values[$0] }
      guard inputs.count == nodes[index].inputIndices.count else {
        throw InterpretabilityError(
          .invalidGraph, "it depends on a node before \(nodes[first].id)", node: nodes[index].id)
      }
      values[index] = try value(of: nodes[index], inputs) { try $0.forward($1) }
      for source in nodes[index].inputIndices {
        uses[source] -= 1
        if uses[source] == 0 && source != target { values[source] = nil }
      }
    }
    guard let output = values[target] else {
      throw InterpretabilityError(
        .invalidGraph, "the output was not computed", node: nodes[target].id)
    }
    return output
  }

  /// Every node's value for a batch `[N, …]`, with what is needed to propagate back.
  ///
  /// - Parameters:
  ///   - input: The batch.
  ///   - start: The node whose value it is; what is needed after it must depend on nothing before it.
  ///     Default: the input.
  ///   - readable: The nodes down to which signals will be propagated; nodes that do not depend on
  ///     them are not recorded, which saves memory. Default: the input, so that all are.
  ///   - end: The last node needed. Default: the output.
  ///   - rules: The rules by which signals will be propagated, if no others will: values that none of them reads
  ///     (``PropagationRule/reading(at:)``) are freed as soon as the pass has used them, but for the first and the
  ///     last. Default: all values stay.
  ///   - kept: Nodes whose values stay all the same.
  /// - Returns: The values of all nodes that the end depends on.
  /// - Throws: ``InterpretabilityError`` that names the node at which a layer refused its inputs.
  public func trace(
    _ input: Tensor, from start: NodeID? = nil, readable: [NodeID]? = nil, to end: NodeID? = nil,
    freeingFor rules: RuleMap? = nil, keeping kept: Set<NodeID> = []
  ) throws -> Trace {
    let first = try start.map(index(of:)) ?? 0
    let target = try end.map(index(of:)) ?? outputIndex
    let sources = try readable?.map(index(of:)) ?? [0]
    let isNeeded = isAncestor(of: target)
    let isRecorded = leadsBack(to: sources)
    // How often each value that may be freed is still taken; 0 for those that stay.
    var uses = [Int](repeating: 0, count: nodes.count)
    if let rules {
      let isRead = valuesRead(by: rules, sources.isEmpty ? leadsBack(to: [first]) : isRecorded)
      for index in nodes.indices.prefix(target + 1).dropFirst(first + 1) where isNeeded[index] {
        for source in nodes[index].inputIndices
        where source != first && !isRead[source] && !kept.contains(nodes[source].id) {
          uses[source] += 1
        }
      }
    }
    var steps = [Trace.Record?](repeating: nil, count: nodes.count)
    steps[first] = Trace.Record(input)
    for index in nodes.indices.prefix(target + 1).dropFirst(first + 1) where isNeeded[index] {
      let node = nodes[index]
      let inputs = node.inputIndices.compactMap { steps[$0]?.value }
      guard inputs.count == node.inputIndices.count else {
        throw InterpretabilityError(
          .invalidGraph, "it depends on a node before \(nodes[first].id)", node: node.id)
      }
      // A node whose own value is read needs no tape unless its inputs are readable too.
      let hasTape =
        node.layer.kind.carriesSignal && node.inputIndices.contains { isRecorded[$0] }
      if hasTape {
        let tape = try value(of: node, inputs) { try Tape($1, $0.forward) }
        steps[index] = Trace.Record(tape.output, tape.derivative)
      } else {
        steps[index] = Trace.Record(try value(of: node, inputs) { try $0.forward($1) })
      }
      for source in node.inputIndices where uses[source] > 0 {
        uses[source] -= 1
        if uses[source] == 0 { try steps[source]?.free() }
      }
    }
    return Trace(graph: self, end: nodes[target].id, steps: steps)
  }

  /// The nodes whose values rules read on the way back from multipliers.
  ///
  /// Where relevance may arrive every value counts: it is shared by values, and meets multipliers that values turn
  /// into relevance.
  private func valuesRead(by rules: RuleMap, _ isPassed: [Bool]) -> [Bool] {
    let resolved = rules.resolved(for: self)
    var isRead = [Bool](repeating: false, count: nodes.count)
    var hasRelevance = [Bool](repeating: false, count: nodes.count)
    for index in nodes.indices.reversed() where isPassed[index] {
      let node = nodes[index]
      // A node without a rule lets nothing pass.
      guard let rule = resolved[index]?.rule else { continue }
      let reading = hasRelevance[index] ? .all : rule.reading(at: node.layer)
      if reading.output { isRead[index] = true }
      for source in node.inputIndices {
        if reading.inputs { isRead[source] = true }
        if reading.givesRelevance { hasRelevance[source] = true }
      }
    }
    return isRead
  }

  /// What a layer makes of its inputs; an error names the node, and a cancelled task ends here.
  package func value<Value>(
    of node: Node, _ inputs: [Tensor], _ body: (any Layer, [Tensor]) throws -> Value
  ) throws -> Value {
    try Task.checkCancellation()
    do {
      return try body(node.layer, inputs)
    } catch let error where !(error is CancellationError) {
      var wanted = ""
      if let dense = node.layer as? DenseLayer, inputs.first?.shape.last != dense.weight.shape[1] {
        wanted =
          ", it takes \(dense.weight.shape[1]) features; check that the size of the input is the network's"
      }
      throw InterpretabilityError(
        .invalidInput,
        "\(node.layer.name) cannot take an input of shape "
          + inputs.map { "\($0.shape)" }.joined(separator: " and ") + wanted,
        node: node.id, cause: error)
    }
  }
}
