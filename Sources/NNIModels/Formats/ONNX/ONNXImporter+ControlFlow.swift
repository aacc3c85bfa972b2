/// Branches and loops that are known when the file is read: their nodes are added as if they stood in the graph.
extension ONNXImporter {
  /// How many nodes the turns of one loop may add.
  private static let nodeLimit = 50_000
  /// How many turns a loop may have, whatever they add.
  private static let turnLimit = 8192
  /// How many nodes all bodies of a file together may be gone through.
  private static let workLimit = 200_000

  // MARK: If

  /// Adds the nodes of the branch that a known condition chooses.
  mutating func addBranch(of node: OperatorNode, _ proto: ONNXNodeProto) throws {
    guard case .constant(let condition)? = node.inputs.first, condition.count == 1 else {
      throw node.unsupported(
        "its condition is computed of values; only one that follows from sizes and constants is supported"
      )
    }
    let name = try condition.item() != 0 ? "then_branch" : "else_branch"
    let branch = try body(of: node, proto, name, outputs: proto.output.count)
    let results = try added(branch, [], as: scope)
    for (name, value) in zip(proto.output, results) { values[name] = value }
  }

  // MARK: Loop

  /// Adds the turns of a loop one after another.
  mutating func addLoop(_ node: OperatorNode, _ proto: ONNXNodeProto) throws {
    let count = try number(0, of: node, "number of turns")
    var goesOn = try number(1, of: node, "condition") != 0
    let carriedCount = node.inputs.count - 2
    let body = try body(of: node, proto, "body", outputs: proto.output.count + 1)
    guard carriedCount >= 0, body.input.count == node.inputs.count,
      body.output.count > carriedCount
    else {
      throw InterpretabilityError(
        .invalidFile, "Loop: its body has \(body.input.count) inputs, wanted \(node.inputs.count)",
        node: node.id)
    }
    guard count != nil || node.inputs.count > 1 else {
      throw node.unsupported("it has neither a number of turns nor a condition, and never ends")
    }
    var carried = Array(node.inputs.dropFirst(2))
    var stacks = [[OperatorNode.Input]](
      repeating: [], count: body.output.count - 1 - carriedCount)
    let start = graph.nodes.count
    var turn = 0
    while goesOn, turn < count ?? .max {
      try checkLimits(node, turns: turn, nodes: graph.nodes.count - start)
      let index = OperatorNode.Input.constant(try Tensor([Int64(turn)], shape: []))
      let condition = OperatorNode.Input.constant(try Tensor.full([], 1, dtype: .bool))
      let results = try added(
        body, [index, condition] + carried, as: "\(scope)\(node.id):\(turn):")
      guard case .constant(let next) = results[0], next.count == 1 else {
        throw node.unsupported(
          "whether it goes on is computed of values; only a condition that follows from sizes and constants is "
            + "supported")
      }
      goesOn = try next.item() != 0
      carried = Array(results[1..<(1 + carriedCount)])
      for (place, value) in results[(1 + carriedCount)...].enumerated() {
        stacks[place].append(value)
      }
      turn += 1
    }
    for (name, value) in zip(proto.output, carried) { values[name] = value }
    for (place, name) in proto.output.dropFirst(carriedCount).enumerated() where isUsed(name) {
      values[name] = try stacked(stacks[place], axis: 0, node, "output \(place)")
    }
  }

  /// One number that is known; `nil` for an input that is left out, which for a condition means that it holds.
  private func number(_ position: Int, of node: OperatorNode, _ what: String) throws -> Int? {
    guard position < node.inputs.count else { return nil }
    switch node.inputs[position] {
    case .absent: return nil
    case .constant(let tensor) where tensor.count == 1:
      return try tensor.converted(to: .int64).elements(as: Int64.self).first.map { Int($0) }
    default:
      throw node.unsupported(
        "its \(what) is computed of values; only one that follows from sizes and constants is supported"
      )
    }
  }

  private func checkLimits(_ node: OperatorNode, turns: Int, nodes: Int) throws {
    guard turns < Self.turnLimit, nodes < Self.nodeLimit else {
      throw node.unsupported(
        "after \(turns) turns it has become \(nodes) nodes; up to \(Self.turnLimit) turns and "
          + "\(Self.nodeLimit) nodes are computed one after another")
    }
  }

  // MARK: Scan

  /// Adds a body once for each slice of its sequences.
  mutating func addScan(_ node: OperatorNode, _ proto: ONNXNodeProto) throws {
    let sliced = try node.int("num_scan_inputs", default: 1)
    guard (1...max(node.inputs.count, 1)).contains(sliced) else {
      throw InterpretabilityError(
        .invalidFile, "Scan: \(sliced) of \(node.inputs.count) inputs are sequences", node: node.id)
    }
    let stateCount = node.inputs.count - sliced
    let body = try body(of: node, proto, "body", outputs: proto.output.count)
    guard stateCount >= 0, body.input.count == node.inputs.count,
      body.output.count >= stateCount
    else {
      throw InterpretabilityError(
        .invalidFile, "Scan: its body has \(body.input.count) inputs, wanted \(node.inputs.count)",
        node: node.id)
    }
    let stackCount = body.output.count - stateCount
    func list(_ name: String, _ count: Int) throws -> [Int] {
      let stated = try node.ints(name) ?? []
      guard stated.isEmpty || stated.count == count else {
        throw InterpretabilityError(
          .invalidFile, "Scan: \(name) states \(stated.count) of \(count)", node: node.id)
      }
      return stated.isEmpty ? [Int](repeating: 0, count: count) : stated
    }
    let axes = try list("scan_input_axes", sliced)
    let directions = try list("scan_input_directions", sliced)
    let outputAxes = try list("scan_output_axes", stackCount)
    let outputDirections = try list("scan_output_directions", stackCount)
    let sequences = Array(node.inputs.dropFirst(stateCount))
    let counts = try zip(sequences, axes).map { try extent(of: $0, axis: $1, node) }
    guard let count = counts.first, Set(counts).count == 1 else {
      throw InterpretabilityError(
        .invalidFile, "Scan: its sequences have \(counts) elements", node: node.id)
    }
    var states = Array(node.inputs.prefix(stateCount))
    var stacks = [[OperatorNode.Input]](repeating: [], count: stackCount)
    let start = graph.nodes.count
    for turn in 0..<count {
      try checkLimits(node, turns: turn, nodes: graph.nodes.count - start)
      var slices: [OperatorNode.Input] = []
      for (place, sequence) in sequences.enumerated() {
        let index = directions[place] == 0 ? turn : count - 1 - turn
        slices.append(try slice(sequence, axis: axes[place], index, node, "\(turn):slice \(place)"))
      }
      let results = try added(body, states + slices, as: "\(scope)\(node.id):\(turn):")
      states = Array(results.prefix(stateCount))
      for (place, value) in results.dropFirst(stateCount).enumerated() {
        stacks[place].append(value)
      }
    }
    for (name, value) in zip(proto.output, states) { values[name] = value }
    for (place, name) in proto.output.dropFirst(stateCount).enumerated() where isUsed(name) {
      let all = outputDirections[place] == 0 ? stacks[place] : stacks[place].reversed()
      values[name] = try stacked(all, axis: outputAxes[place], node, "output \(place)")
    }
  }

  mutating func extent(
    of input: OperatorNode.Input, axis: Int, _ node: OperatorNode
  ) throws -> Int {
    let shape: [Int]
    switch input {
    case .node(let id): shape = try fileShape(of: id, for: node)
    case .constant(let tensor): shape = tensor.shape
    case .absent: throw node.unsupported("a sequence that is left out")
    }
    return shape[try node.axis(axis, rank: shape.count)]
  }

  mutating func slice(
    _ input: OperatorNode.Input, axis: Int, _ index: Int, _ node: OperatorNode, _ suffix: String
  ) throws -> OperatorNode.Input {
    if case .constant(let tensor) = input {
      return .constant(
        try tensor.selected(axis: node.axis(axis, rank: tensor.rank), index: index))
    }
    let place = OperatorNode.Input.constant(try Tensor([Int64(index)], shape: []))
    return .node(
      try helper(node, suffix, "Gather", [input, place], ["axis": .int(axis)], version: 17))
  }

  // MARK: Bodies

  private func body(
    of node: OperatorNode, _ proto: ONNXNodeProto, _ name: String, outputs: Int
  ) throws -> ONNXGraphProto {
    guard let body = proto.attribute.first(where: { $0.name == name })?.g,
      body.output.count == outputs
    else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type): \(name) does not give \(outputs) outputs", node: node.id)
    }
    return body
  }

  /// Adds the nodes of a body that its outputs need; names within it mean nothing outside.
  ///
  /// - Returns: What its outputs stand for.
  private mutating func added(
    _ body: ONNXGraphProto, _ inputs: [OperatorNode.Input], as newScope: String
  ) throws -> [OperatorNode.Input] {
    let own = body.initializer.map(\.name) + body.input.map(\.name) + body.node.flatMap(\.output)
    var (outer, empty): ([String: OperatorNode.Input], [String: InterpretabilityError]) = ([:], [:])
    for name in own {
      outer[name] = values.removeValue(forKey: name)
      empty[name] = nothing.removeValue(forKey: name)
    }
    let scope = scope
    self.scope = newScope
    defer {
      self.scope = scope
      for name in own {
        values[name] = outer[name]
        nothing[name] = empty[name]
      }
    }
    for (input, value) in zip(body.input, inputs) { values[input.name] = value }
    for tensor in body.initializer {
      values[tensor.name] = .constant(try reader.tensor(tensor))
    }
    var needed = Set(body.output.map(\.name))
    let nodes = body.node.reversed().filter { node in
      guard node.output.contains(where: needed.contains) else { return false }
      needed.formUnion(node.reads.outer)
      return true
    }
    workDone += nodes.count
    guard workDone <= Self.workLimit else {
      throw InterpretabilityError(
        .unsupported, "the turns of the file's loops are more than \(Self.workLimit) nodes")
    }
    for node in nodes.reversed() { try add(node) }
    return try body.output.map { try value(of: $0.name) }
  }

  /// Values of all turns along a new axis.
  mutating func stacked(
    _ parts: [OperatorNode.Input], axis: Int, _ node: OperatorNode, _ suffix: String
  ) throws -> OperatorNode.Input {
    guard !parts.isEmpty else {
      throw node.unsupported("it has no turns, and its \(suffix) no elements")
    }
    let tensors = parts.compactMap { if case .constant(let tensor) = $0 { tensor } else { nil } }
    if tensors.count == parts.count {
      let rank = (tensors.first?.rank ?? 0) + 1
      let position = try node.axis(axis, rank: rank)
      return .constant(
        try .concatenated(tensors.map { try $0.unsqueezed(position) }, axis: position))
    }
    let axes = OperatorNode.Input.constant(try Tensor([Int64(axis)], shape: [1]))
    let all = try parts.enumerated().map { turn, part -> OperatorNode.Input in
      if case .constant(let tensor) = part {
        return .constant(try tensor.unsqueezed(node.axis(axis, rank: tensor.rank + 1)))
      }
      return .node(
        try helper(node, "\(suffix):\(turn)", "Unsqueeze", [part, axes], version: 17))
    }
    if all.count == 1 { return all[0] }
    return .node(
      try helper(node, suffix, "Concat", all, ["axis": .int(axis)], version: 17))
  }
}
