/// Recurrent operators as what they compute: a step's products, sums and activations, one step after another.
///
/// So every rule and method that knows those knows recurrences, too. The number of steps is that of the
/// input.
extension ONNXImporter {
  static let recurrent: Set<String> = ["LSTM", "GRU", "RNN"]

  /// Adds the nodes of a recurrence, and notes its outputs.
  mutating func addRecurrence(_ node: OperatorNode, _ proto: ONNXNodeProto) throws {
    let cell = try RecurrentCell(node)
    var x = node.inputs[0]
    if cell.isBatchFirst {
      x = .node(try helper(node, "steps first", "Transpose", [x], ["perm": .ints([1, 0, 2])]))
    }
    guard case .node(let source) = x else { throw node.unsupported("an input that is constant") }
    let shape = try fileShape(of: source, for: node)
    guard shape.count == 3, shape[0] > 0 else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type): an input of shape \(shape), wanted [steps, samples, features]",
        node: node.id)
    }
    guard shape[0] <= Self.stepLimit else {
      throw node.unsupported(
        "\(shape[0]) steps; up to \(Self.stepLimit) are computed one after another")
    }
    try cell.check(steps: shape[0], features: shape[2])
    var all: [OperatorNode.Input] = []
    var last: [OperatorNode.Input] = []
    var cells: [OperatorNode.Input] = []
    for direction in 0..<cell.directions {
      let run = try steps(of: cell, node, source, direction: direction, count: shape[0])
      last.append(try unsqueezed(node, run.hidden, "last \(direction)"))
      if let state = run.cell {
        cells.append(try unsqueezed(node, state, "last cell \(direction)"))
      }
      all.append(
        try unsqueezed(node, .node(run.sequence), "direction \(direction)", axis: 1))
    }
    try noteOutputs(of: node, proto, isBatchFirst: cell.isBatchFirst, all, last, cells)
  }

  /// More steps would be as many times some fifteen nodes.
  private static let stepLimit = 2048

  private mutating func noteOutputs(
    of node: OperatorNode, _ proto: ONNXNodeProto, isBatchFirst: Bool,
    _ all: [OperatorNode.Input], _ last: [OperatorNode.Input], _ cells: [OperatorNode.Input]
  ) throws {
    let parts = [(all, "outputs", 1), (last, "hidden", 0), (cells, "cell", 0)]
    for (index, name) in proto.output.enumerated() where isUsed(name) {
      guard index < parts.count, !parts[index].0.isEmpty else {
        throw node.unsupported("its output \(index), “\(name)”")
      }
      let (inputs, suffix, axis) = parts[index]
      var id =
        inputs.count == 1
        ? try helper(node, suffix, "Identity", inputs)
        : try helper(node, suffix, "Concat", inputs, ["axis": .int(axis)])
      if isBatchFirst {
        let order = index == 0 ? [2, 0, 1, 3] : [1, 0, 2]
        id = try helper(
          node, "\(suffix) samples first", "Transpose", [.node(id)], ["perm": .ints(order)])
      }
      setValue(.node(id), of: name)
    }
  }

  private mutating func unsqueezed(
    _ node: OperatorNode, _ input: OperatorNode.Input, _ suffix: String, axis: Int = 0
  ) throws -> OperatorNode.Input {
    let axes = OperatorNode.Input.constant(try Tensor([Int64(axis)], shape: [1]))
    return .node(try helper(node, suffix, "Unsqueeze", [input, axes], version: 17))
  }

  /// One direction: the hidden values after each step, side by side, and the last states.
  private mutating func steps(
    of cell: RecurrentCell, _ node: OperatorNode, _ source: NodeID, direction: Int, count: Int
  ) throws -> (sequence: NodeID, hidden: OperatorNode.Input, cell: OperatorNode.Input?) {
    let name = cell.directions > 1 ? "\(direction):" : ""
    // The inputs' part of all steps at once.
    let products = try helper(
      node, "\(name)input product", "MatMul",
      [.node(source), .constant(cell.inputWeight(direction))])
    let given = try helper(
      node, "\(name)input", "Add",
      [.node(products), .constant(cell.bias(direction, isRecurrent: false))])
    var hidden = try state(node, 5, direction, name)
    var memory = cell.type == "LSTM" ? try state(node, 6, direction, name) : nil
    var values: [(Int, OperatorNode.Input)] = []
    let order = cell.isReverse(direction) ? Array((0..<count).reversed()) : Array(0..<count)
    for step in order {
      let builder = StepBuilder(node: node, prefix: "\(name)\(step)")
      let input = try builder.gathered(given, step, &self)
      switch cell.type {
      case "LSTM":
        (hidden, memory) = try builder.lstm(cell, direction, input, hidden, memory, &self)
      case "GRU": hidden = try builder.gru(cell, direction, input, hidden, &self)
      default: hidden = try builder.plain(cell, direction, input, hidden, &self)
      }
      guard let hidden else { break }
      values.append((step, try unsqueezed(node, hidden, "\(name)\(step):output")))
    }
    guard let hidden else { throw node.unsupported("no steps") }
    let parts = values.sorted { $0.0 < $1.0 }.map(\.1)
    let sequence =
      parts.count == 1
      ? try helper(node, "\(name)sequence", "Identity", parts)
      : try helper(node, "\(name)sequence", "Concat", parts, ["axis": .int(0)])
    return (sequence, hidden, memory)
  }

  /// A state to begin with, if it is stated and not zero.
  private mutating func state(
    _ node: OperatorNode, _ position: Int, _ direction: Int, _ name: String
  ) throws -> OperatorNode.Input? {
    guard position < node.inputs.count else { return nil }
    switch node.inputs[position] {
    case .absent: return nil
    case .constant(let tensor):
      guard try tensor.magnitude().sum().item() > 0 else { return nil }
      return .constant(try tensor.selected(axis: 0, index: direction))
    case .node(let id):
      let index = OperatorNode.Input.constant(try Tensor([Int64(direction)], shape: []))
      return .node(
        try helper(
          node, "\(name)state \(position)", "Gather", [.node(id), index], ["axis": .int(0)]))
    }
  }
}

/// The weights of a recurrent operator, by gates.
struct RecurrentCell {
  let type: String
  let directions: Int
  let hidden: Int
  let isBatchFirst: Bool
  let isResetLast: Bool
  /// Whether states are rounded to levels of their own range before products.
  let roundsState: Bool
  private let node: OperatorNode
  private let direction: String
  private let weights: Tensor
  private let recurrences: Tensor
  private let biases: Tensor?
  private let activations: [String]

  /// - Throws: ``InterpretabilityError`` for weights that do not fit and for settings that are not read.
  init(_ node: OperatorNode) throws {
    self.node = node
    type = node.type
    direction = try node.string("direction", default: "forward")
    directions = direction == "bidirectional" ? 2 : 1
    weights = try node.requiredConstant(1, "weight")
    recurrences = try node.requiredConstant(2, "recurrence weight")
    biases = try node.constant(3)
    isBatchFirst = try node.int("layout", default: 0) == 1
    isResetLast = try node.int("linear_before_reset", default: 0) != 0
    roundsState = try node.int("rounds_state", default: 0) != 0
    let gates = ["LSTM": 4, "GRU": 3][type] ?? 1
    guard recurrences.rank == 3, weights.rank == 3 else {
      throw node.unsupported("weights of shape \(weights.shape) and \(recurrences.shape)")
    }
    hidden = recurrences.shape[2]
    let both = [directions, 2 * gates * hidden]
    guard weights.shape[0] == directions, weights.shape[1] == gates * hidden,
      recurrences.shape == [directions, gates * hidden, hidden], biases?.shape ?? both == both
    else {
      throw InterpretabilityError(
        .invalidFile,
        "\(type): weights \(weights.shape), \(recurrences.shape) and \(biases?.shape ?? []) do not fit",
        node: node.id)
    }
    let standard =
      ["LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]][type] ?? ["Tanh"]
    var stated = standard
    if case .strings(let names)? = node.attributes["activations"], !names.isEmpty { stated = names }
    activations = stated
    guard stated.allSatisfy({ ["Sigmoid", "Tanh", "Relu"].contains($0) }),
      stated.count == standard.count || stated.count == standard.count * directions
    else { throw node.unsupported("the activations \(stated)") }
    guard node.attributes["clip"] == nil, try node.int("input_forget", default: 0) == 0 else {
      throw node.unsupported("clip or input_forget")
    }
    if node.inputs.count > 7, case .absent = node.inputs[7] {
    } else if node.inputs.count > 7 {
      throw node.unsupported("peepholes")
    }
  }

  func check(steps: Int, features: Int) throws {
    guard weights.shape[2] == features else {
      throw InterpretabilityError(
        .invalidFile,
        "\(type): weights for \(weights.shape[2]) features, the input has \(features)",
        node: node.id)
    }
    guard node.inputs.count > 4 else { return }
    switch node.inputs[4] {
    case .absent: return
    case .constant(let lengths):
      guard try lengths.elements(as: Int64.self).allSatisfy({ $0 == steps }) else {
        throw node.unsupported("samples of other lengths than \(steps) steps")
      }
    case .node: throw node.unsupported("computed lengths")
    }
  }

  func isReverse(_ index: Int) -> Bool { direction == "reverse" || index == 1 }

  func activation(_ index: Int, _ direction: Int) -> String {
    let count = type == "LSTM" ? 3 : type == "GRU" ? 2 : 1
    return activations[activations.count > count ? direction * count + index : index]
  }

  func inputWeight(_ direction: Int) throws -> Tensor {
    try weights.selected(axis: 0, index: direction).transposed(0, 1)
  }

  /// The biases of the input's or of the state's part, by gates.
  func bias(_ direction: Int, isRecurrent: Bool, gates: Range<Int>? = nil) throws -> Tensor {
    let width = weights.shape[1]
    let range = gates.map { $0.lowerBound * hidden..<$0.upperBound * hidden } ?? 0..<width
    guard let biases else { return try Tensor.full([range.count], 0, dtype: weights.dtype) }
    let start = isRecurrent ? width : 0
    return try biases.selected(axis: 0, index: direction)
      .narrowed(axis: 0, to: start + range.lowerBound..<start + range.upperBound)
  }

  /// The recurrence weights of some gates, transposed.
  func recurrence(_ direction: Int, gates: Range<Int>) throws -> Tensor {
    try recurrences.selected(axis: 0, index: direction)
      .narrowed(axis: 0, to: gates.lowerBound * hidden..<gates.upperBound * hidden).transposed(0, 1)
  }
}

/// The nodes of one step of a recurrence.
private struct StepBuilder {
  let node: OperatorNode
  let prefix: String

  typealias Value = OperatorNode.Input

  private func made(
    _ name: String, _ type: String, _ inputs: [Value],
    _ attributes: [String: OperatorNode.Attribute] = [:], _ importer: inout ONNXImporter
  ) throws -> Value {
    .node(try importer.helper(node, "\(prefix):\(name)", type, inputs, attributes, version: 17))
  }

  func gathered(_ source: NodeID, _ step: Int, _ importer: inout ONNXImporter) throws -> Value {
    let index = Value.constant(try Tensor([Int64(step)], shape: []))
    return try made("input", "Gather", [.node(source), index], ["axis": .int(0)], &importer)
  }

  private func gate(
    _ all: Value, _ index: Int, _ hidden: Int, _ name: String, _ importer: inout ONNXImporter
  ) throws -> Value {
    func list(_ number: Int) throws -> Value { .constant(try Tensor([Int64(number)], shape: [1])) }
    return try made(
      name, "Slice",
      [all, list(index * hidden), list((index + 1) * hidden), list(1)], [:], &importer)
  }

  /// What the state adds to some gates: a product and a bias, or the bias alone where there is no state.
  private func recurrence(
    _ cell: RecurrentCell, _ direction: Int, _ gates: Range<Int>, of state: Value?, _ name: String,
    _ importer: inout ONNXImporter
  ) throws -> Value {
    let bias = Value.constant(try cell.bias(direction, isRecurrent: true, gates: gates))
    guard let state else { return bias }
    let weight = Value.constant(try cell.recurrence(direction, gates: gates))
    var value = state
    if cell.roundsState, case .node = state {
      value = try made("\(name) state", "nni::DynamicQuantization", [state], [:], &importer)
    }
    let product = try made("\(name) product", "MatMul", [value, weight], [:], &importer)
    return try made(name, "Add", [product, bias], [:], &importer)
  }

  func lstm(
    _ cell: RecurrentCell, _ direction: Int, _ input: Value, _ hidden: Value?, _ memory: Value?,
    _ importer: inout ONNXImporter
  ) throws -> (Value, Value) {
    let state = try recurrence(cell, direction, 0..<4, of: hidden, "recurrence", &importer)
    let gates = try made("gates", "Add", [input, state], [:], &importer)
    let names = ["input gate", "output gate", "forget gate", "candidate"]
    var values: [Value] = []
    for (index, name) in names.enumerated() {
      // Without a state to forget the gate has nothing to do.
      if index == 2, memory == nil {
        values.append(.absent)
        continue
      }
      let part = try gate(gates, index, cell.hidden, "\(name) sum", &importer)
      let activation = cell.activation(index == 3 ? 1 : 0, direction)
      values.append(try made(name, activation, [part], [:], &importer))
    }
    var new = try made("new", "Mul", [values[0], values[3]], [:], &importer)
    if let memory {
      let kept = try made("kept", "Mul", [values[2], memory], [:], &importer)
      new = try made("cell", "Add", [kept, new], [:], &importer)
    }
    let curved = try made("cell activation", cell.activation(2, direction), [new], [:], &importer)
    return (try made("hidden", "Mul", [values[1], curved], [:], &importer), new)
  }

  func gru(
    _ cell: RecurrentCell, _ direction: Int, _ input: Value, _ hidden: Value?,
    _ importer: inout ONNXImporter
  ) throws -> Value {
    func part(_ index: Int, _ name: String) throws -> Value {
      try gate(input, index, cell.hidden, "\(name) input", &importer)
    }
    func activated(_ value: Value, _ index: Int, _ name: String) throws -> Value {
      try made(name, cell.activation(index, direction), [value], [:], &importer)
    }
    func summed(_ index: Int, _ name: String) throws -> Value {
      let state = try recurrence(
        cell, direction, index..<(index + 1), of: hidden, "\(name) recurrence", &importer)
      return try made("\(name) sum", "Add", [part(index, name), state], [:], &importer)
    }
    let update = try activated(summed(0, "update"), 0, "update gate")
    let reset = try activated(summed(1, "reset"), 0, "reset gate")
    var inner: Value
    if cell.isResetLast {
      let state = try recurrence(
        cell, direction, 2..<3, of: hidden, "candidate recurrence", &importer)
      inner = try made("candidate reset", "Mul", [reset, state], [:], &importer)
    } else {
      let state = try hidden.map { try made("reset state", "Mul", [reset, $0], [:], &importer) }
      inner = try recurrence(cell, direction, 2..<3, of: state, "candidate recurrence", &importer)
    }
    inner = try made("candidate sum", "Add", [part(2, "candidate"), inner], [:], &importer)
    let candidate = try activated(inner, 1, "candidate")
    let one = Value.constant(try Tensor([1.0], shape: [1]))
    let rest = try made("new share", "Sub", [one, update], [:], &importer)
    var result = try made("new", "Mul", [rest, candidate], [:], &importer)
    if let hidden {
      let kept = try made("kept", "Mul", [update, hidden], [:], &importer)
      result = try made("hidden", "Add", [result, kept], [:], &importer)
    }
    return result
  }

  func plain(
    _ cell: RecurrentCell, _ direction: Int, _ input: Value, _ hidden: Value?,
    _ importer: inout ONNXImporter
  ) throws -> Value {
    let state = try recurrence(cell, direction, 0..<1, of: hidden, "recurrence", &importer)
    let sum = try made("sum", "Add", [input, state], [:], &importer)
    return try made("hidden", cell.activation(0, direction), [sum], [:], &importer)
  }
}
