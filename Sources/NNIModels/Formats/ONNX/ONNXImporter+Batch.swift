/// Values whose samples lie along another axis than the first.
///
/// In the graph the batch is always the first axis. Where a file moves it (a stack of members, a
/// transpose before indexing), the value keeps its samples first, `batchAxes` notes where the file has
/// them, and the axes of operators are counted anew. Operators that would mix samples are refused.
extension ONNXImporter {
  /// The node with axes as the graph has them, and where the file has the batch in its output.
  ///
  /// - Throws: ``InterpretabilityError`` when the operator would act on the batch, or is not known to
  ///   leave it alone.
  mutating func placed(_ node: OperatorNode) throws -> (node: OperatorNode, batchAxis: Int) {
    let batches = Set(node.sources.map { batchAxes[$0] ?? 0 })
    guard batches.count <= 1 else {
      throw node.unsupported(
        "its inputs have their samples along different axes of the file, "
          + batches.sorted().map(String.init).joined(separator: " and "))
    }
    let batch = batches.first ?? 0
    switch node.type {
    case "Transpose": return try placedTranspose(node, batch)
    case "Unsqueeze": return try placedUnsqueeze(node, batch)
    default: break
    }
    guard batch != 0, let source = node.sources.first else { return (node, 0) }
    let rank = try shapes.shape(of: source, in: graph, for: node).count
    switch node.type {
    case "Squeeze": return try placedReduction(node, batch, rank, isKeepingAxes: false)
    case let type where type.hasPrefix("Reduce"):
      return try placedReduction(
        node, batch, rank, isKeepingAxes: node.int("keepdims", default: 1) != 0)
    case "Concat", "Split", "Softmax", "LogSoftmax", "LpNormalization":
      return try placedAxis(node, batch, rank)
    case "Gather":
      let axis = try axis(node, "axis", 0, batch, rank)
      let depth = try node.requiredConstant(1, "indices").rank
      let placed = node.setting("axis", .int(Self.stored(axis, batch)))
      return (placed, axis < batch ? batch + depth - 1 : batch)
    case "GatherND":
      let table = try node.requiredConstant(1, "indices")
      guard let depth = table.shape.last, depth <= batch else { throw needsFirst(node, batch) }
      let placed = node.setting("indexes_samples", .int(0))
      return (placed, batch - depth + table.rank - 1)
    case "Slice": return try placedSlice(node, batch, rank)
    case "MatMul":
      guard batch < rank - 1, case .node = node.inputs[0] else { throw needsFirst(node, batch) }
      return (node, batch)
    case "Add", "Sub", "Mul", "Div", "Sum":
      return (node.replacing(inputs: try placedOperands(node, batch, rank)), batch)
    case let type where Self.elementwise.contains(type): return (node, batch)
    default: throw needsFirst(node, batch)
    }
  }

  /// The graph's axis for one of the file's, which has the batch at `batch`.
  static func stored(_ axis: Int, _ batch: Int) -> Int { axis < batch ? axis + 1 : axis }

  /// The error of an operator that is only known with samples along the first axis.
  func needsFirst(_ node: OperatorNode, _ batch: Int) -> InterpretabilityError {
    node.unsupported(
      "the samples lie along axis \(batch) of its input; it is supported where they lie along the "
        + "first")
  }

  private static let elementwise: Set<String> = [
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cast", "Celu", "Clip", "Cos", "Cosh",
    "Dropout", "Elu", "Erf", "Exp", "Gelu", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu",
    "Log", "Mish", "Neg", "Pow", "Reciprocal", "Relu", "Selu", "Shrink", "Sigmoid", "Sin", "Sinh",
    "Softplus", "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu",
  ]

  private func axis(
    _ node: OperatorNode, _ name: String, _ standard: Int, _ batch: Int, _ rank: Int
  ) throws -> Int {
    let position = try node.axis(node.int(name, default: standard), rank: rank)
    guard position != batch else { throw needsFirst(node, batch) }
    return position
  }

  private func placedAxis(
    _ node: OperatorNode, _ batch: Int, _ rank: Int
  ) throws -> (OperatorNode, Int) {
    let isSoftmax = node.type.hasSuffix("oftmax")
    let isMerging = isSoftmax && node.version < 13
    let standard = isMerging ? 1 : isSoftmax || node.type == "LpNormalization" ? -1 : 0
    let axis = try axis(node, "axis", standard, batch, rank)
    guard node.type == "Split" || node.sources.count == node.inputs.count else {
      throw node.unsupported(
        "constants beside values whose samples lie along axis \(batch); wanted along the first")
    }
    guard !isMerging || axis == rank - 1 else { throw needsFirst(node, batch) }
    return (node.setting("axis", .int(Self.stored(axis, batch))), batch)
  }

  private func placedReduction(
    _ node: OperatorNode, _ batch: Int, _ rank: Int, isKeepingAxes: Bool
  ) throws -> (OperatorNode, Int) {
    guard let axes = try node.axes(input: 1, rank: rank), !axes.contains(batch) else {
      throw node.unsupported("axes that are not stated or include the batch's, axis \(batch)")
    }
    let placed = try node.stating(axes: axes.map { Self.stored($0, batch) })
    return (placed, isKeepingAxes ? batch : batch - axes.count { $0 < batch })
  }

  private func placedSlice(
    _ node: OperatorNode, _ batch: Int, _ rank: Int
  ) throws -> (OperatorNode, Int) {
    guard let starts = try node.integers(1) ?? node.ints("starts") else { return (node, batch) }
    let axes = try (node.integers(3) ?? node.ints("axes") ?? Array(starts.indices)).map {
      try node.axis($0, rank: rank)
    }
    let placed = axes.map { $0 == batch ? 0 : Self.stored($0, batch) }
    if node.version < 10 { return (node.setting("axes", .ints(placed)), batch) }
    var inputs = node.inputs
    while inputs.count < 4 { inputs.append(.absent) }
    inputs[3] = .constant(try Tensor(placed.map(Int64.init), shape: [placed.count]))
    return (node.replacing(inputs: inputs), batch)
  }

  /// Constants get the axes of the value that they meet, the batch's first.
  private mutating func placedOperands(
    _ node: OperatorNode, _ batch: Int, _ rank: Int
  ) throws -> [OperatorNode.Input] {
    for source in node.sources
    where try shapes.shape(of: source, in: graph, for: node).count != rank {
      throw needsFirst(node, batch)
    }
    return try node.inputs.map { input in
      guard case .constant(let tensor) = input, tensor.count > 1 else { return input }
      let shape = [Int](repeating: 1, count: rank - min(tensor.rank, rank)) + tensor.shape
      guard shape.count == rank, shape[batch] == 1 else { throw needsFirst(node, batch) }
      let order = [batch] + (0..<rank).filter { $0 != batch }
      return .constant(try tensor.reshaped(shape).permuted(order))
    }
  }

  private mutating func placedTranspose(
    _ node: OperatorNode, _ batch: Int
  ) throws -> (OperatorNode, Int) {
    var order = try node.ints("perm") ?? []
    if order.isEmpty, let source = node.sources.first {
      order = (0..<(try shapes.shape(of: source, in: graph, for: node).count)).reversed()
    }
    guard order.sorted() == Array(order.indices), let position = order.firstIndex(of: batch) else {
      throw InterpretabilityError(
        .invalidFile, "Transpose: \(order) is no order of axes", node: node.id)
    }
    let rest = order.filter { $0 != batch }.map { Self.stored($0, batch) }
    return (node.setting("perm", .ints([0] + rest)), position)
  }

  private mutating func placedUnsqueeze(
    _ node: OperatorNode, _ batch: Int
  ) throws -> (OperatorNode, Int) {
    guard let axes = try node.integers(1) ?? node.ints("axes"), let source = node.sources.first
    else { return (node, batch) }
    if batch == 0, axes.allSatisfy({ $0 > 0 }) { return (node, 0) }
    // An axis counted from the end may be the first; without the input's size it is taken for none.
    let known = try? shapes.shape(of: source, in: graph, for: node).count
    guard let rank = known ?? (axes.contains { $0 < 0 } ? nil : axes.count + 64) else {
      return (node, batch)
    }
    let count = rank + axes.count
    let inserted = Set(axes.map { $0 < 0 ? $0 + count : $0 })
    guard inserted.count == axes.count, inserted.allSatisfy({ (0..<count).contains($0) }) else {
      throw InterpretabilityError(
        .invalidFile, "Unsqueeze: axes \(axes) of \(count) are impossible", node: node.id)
    }
    let kept = (0..<count).filter { !inserted.contains($0) }
    let position = kept[batch]
    if position == 0 { return (node, 0) }
    return (
      try node.stating(axes: inserted.sorted().map { Self.stored($0, position) }), position
    )
  }
}

extension OperatorNode {
  /// The same node with an attribute set.
  func setting(_ name: String, _ value: Attribute) -> OperatorNode {
    replacing(attributes: attributes.merging([name: value]) { $1 })
  }

  /// The same node with axes stated as its version does not matter for.
  func stating(axes: [Int]) throws -> OperatorNode {
    replacing(
      inputs: [inputs[0], .constant(try Tensor(axes.map(Int64.init), shape: [axes.count]))])
  }
}
