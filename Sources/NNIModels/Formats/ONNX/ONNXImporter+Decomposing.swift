/// Operators that are put together of simpler ones, whose rules are known.
extension ONNXImporter {
  /// Batch norm of a value whose first axis holds other elements beside the samples, such as tokens: a factor
  /// and a summand for each channel.
  private mutating func normalization(_ node: OperatorNode) throws -> OperatorNode {
    guard case .node(let source)? = node.inputs.first, !samplePlace(of: source).isFirst,
      try closed(source, for: node) == nil
    else { return node }
    let rank = try axisCount(of: source, for: node)
    func parameter(_ position: Int, _ what: String) throws -> Tensor {
      let value = try node.requiredConstant(position, what).converted(to: .float64)
      return try value.reshaped([value.count] + [Int](repeating: 1, count: max(rank - 2, 0)))
    }
    let epsilon = try node.float("epsilon", default: 1e-5)
    let deviation = try (parameter(4, "variance") + epsilon).squareRoot()
    let factor = try parameter(1, "scale") / deviation
    let summand = try parameter(2, "bias") - parameter(3, "mean") * factor
    let scaled = try helper(node, "scaled", "Mul", [.node(source), .constant(factor)])
    return node.becoming("Add", [.node(scaled), .constant(summand)])
  }

  /// The last of the nodes that compute the same; those before it are added to the graph.
  mutating func decomposed(_ node: OperatorNode) throws -> OperatorNode {
    switch node.type {
    case "Div": return try quotient(node)
    case "Einsum": return try pairwise(node)
    case "Max", "Min": return try extremum(node)
    case "Pad": return try wrapped(node)
    case "Mean":
      let count = try Tensor([1 / Double(max(node.inputs.count, 1))], shape: [1])
      let sum = unused(NodeID("\(node.id):sum"), "")
      let summands = OperatorNode(
        id: sum, type: "Sum", version: node.version, inputs: node.inputs, attributes: [:])
      try append(self.sum(summands))
      return node.becoming("Mul", [.node(sum), .constant(count)])
    case "Sum": return try sum(node)
    case "Concat": return try concatenation(node)
    case "BatchNormalization": return try normalization(node)
    case "Compress": return try compressed(node)
    case "GlobalAveragePool", "GlobalMaxPool": return try overFrames(node) ?? node
    case let type where Self.windowed.contains(type): return try overFrames(node) ?? node
    case "ReduceMin":
      let negative = try helper(node, "negative", "Neg", [node.inputs[0]])
      let largest = try helper(
        node, "maximum", "ReduceMax", [.node(negative)] + node.inputs.dropFirst(),
        node.attributes)
      return node.becoming("Neg", [.node(largest)])
    case "ReduceL1", "ReduceSumSquare":
      let terms =
        node.type == "ReduceL1"
        ? try helper(node, "magnitude", "Abs", [node.inputs[0]])
        : try helper(
          node, "square", "Pow", [node.inputs[0], .constant(try Tensor([2.0], shape: []))])
      return node.becoming(
        "ReduceSum", [.node(terms)] + node.inputs.dropFirst(), node.attributes)
    case "ReduceLogSum":
      let sum = try helper(node, "sum", "ReduceSum", node.inputs, node.attributes)
      return node.becoming("Log", [.node(sum)])
    default: return node
    }
  }

  /// The operators that ``decomposed(_:)`` knows beside those of layers.
  static let decomposable: Set<String> = [
    "Compress", "Max", "Min", "Mean", "ReduceMin", "ReduceL1", "ReduceSumSquare",
    "ReduceLogSum",
  ]

  /// Adds a node on which another one rests.
  mutating func helper(
    _ node: OperatorNode, _ suffix: String, _ type: String, _ inputs: [OperatorNode.Input],
    _ attributes: [String: OperatorNode.Attribute] = [:], version: Int? = nil
  ) throws -> NodeID {
    let id = unused(NodeID("\(node.id):\(suffix)"), "")
    try append(
      OperatorNode(
        id: id, type: type, version: version ?? node.version, inputs: inputs, attributes: attributes
      ))
    return id
  }

  /// A division by a computed value as a product with its reciprocal, which becomes a node before.
  private mutating func quotient(_ node: OperatorNode) throws -> OperatorNode {
    guard node.inputs.count == 2, case .node = node.inputs[1] else { return node }
    if case .constant(let one) = node.inputs[0], one.rank == 0, try one.item() == 1 {
      return node.becoming("Reciprocal", [node.inputs[1]])
    }
    let reciprocal = try helper(node, "reciprocal", "Reciprocal", [node.inputs[1]])
    return node.becoming("Mul", [node.inputs[0], .node(reciprocal)])
  }

  /// The largest of several values: side by side along a new last axis, and the maximum over it.
  ///
  /// The smallest is the largest of the negatives, negated.
  private mutating func extremum(_ node: OperatorNode) throws -> OperatorNode {
    let isMinimum = node.type == "Min"
    guard node.inputs.count > 1 else { return node.becoming("Identity", node.inputs) }
    let constants = node.inputs.compactMap { input in
      if case .constant(let tensor) = input { tensor } else { nil }
    }
    guard node.sources.count > 1 else {
      guard constants.contains(where: { $0.count != 1 }) || constants.count > 1 else { return node }
      return try bounded(node, constants, isMinimum)
    }
    var parts: [OperatorNode.Input] = []
    let last = OperatorNode.Input.constant(try Tensor([Int64(-1)], shape: [1]))
    for (position, source) in node.sources.enumerated() {
      var part = OperatorNode.Input.node(source)
      if isMinimum { part = .node(try helper(node, "negative:\(position)", "Neg", [part])) }
      parts.append(.node(try helper(node, "part:\(position)", "Unsqueeze", [part, last])))
    }
    var extents: [[Int]] = []
    for source in node.sources {
      if let known = try? shapes.shape(of: source, in: graph, for: node) { extents.append(known) }
    }
    guard Set(extents).count <= 1 else {
      throw node.unsupported("values of the shapes \(extents); equal ones are supported")
    }
    let all = try helper(node, "all", "Concat", parts, ["axis": .int(-1)])
    let inputs = [.node(all), last]
    let attributes = ["keepdims": OperatorNode.Attribute.int(0)]
    guard isMinimum || !constants.isEmpty else {
      return node.becoming("ReduceMax", inputs, attributes)
    }
    var largest = try helper(node, "maximum", "ReduceMax", inputs, attributes)
    if isMinimum { largest = try helper(node, "minimum", "Neg", [.node(largest)]) }
    guard !constants.isEmpty else { return node.becoming("Identity", [.node(largest)]) }
    return try bounded(
      node.becoming(node.type, [.node(largest)] + constants.map { .constant($0) }), constants,
      isMinimum)
  }

  /// `max(x, c) = c + relu(x − c)`, `min(x, c) = c − relu(c − x)`, with the tightest of constants.
  private mutating func bounded(
    _ node: OperatorNode, _ constants: [Tensor], _ isMinimum: Bool
  ) throws -> OperatorNode {
    let name = isMinimum ? "aten::minimum" : "aten::maximum"
    let bound = try constants.dropFirst().reduce(constants[0]) {
      try .call(name, .tensor($0), .tensor($1))
    }
    let (x, limit) = (OperatorNode.Input.node(node.sources[0]), OperatorNode.Input.constant(bound))
    let distance = try helper(node, "distance", "Sub", isMinimum ? [limit, x] : [x, limit])
    let beyond = OperatorNode.Input.node(try helper(node, "beyond", "Relu", [.node(distance)]))
    return isMinimum
      ? node.becoming("Sub", [limit, beyond]) : node.becoming("Add", [beyond, limit])
  }

  /// A sum with constants among its summands: these are added up before.
  private mutating func sum(_ node: OperatorNode) throws -> OperatorNode {
    let constants = node.inputs.compactMap { input in
      if case .constant(let tensor) = input { tensor } else { nil }
    }
    guard node.inputs.count > 1 else { return node.becoming("Identity", node.inputs) }
    guard let first = constants.first else { return node }
    let total = OperatorNode.Input.constant(
      try constants.dropFirst().reduce(first) { try $0 + $1 })
    let sources = node.sources.map { OperatorNode.Input.node($0) }
    let rest = sources.count == 1 ? sources[0] : .node(try helper(node, "sum", "Sum", sources))
    return node.becoming("Add", [rest, total])
  }

  /// A concatenation with constants among its parts: each is laid beside its computed neighbour.
  private mutating func concatenation(_ node: OperatorNode) throws -> OperatorNode {
    let isConstant = node.inputs.map { input in if case .constant = input { true } else { false } }
    guard isConstant.contains(true) else {
      return node.inputs.count == 1 ? node.becoming("Identity", node.inputs) : node
    }
    var parts: [OperatorNode.Input] = []
    var waiting: [OperatorNode.Input] = []
    for (position, input) in node.inputs.enumerated() {
      guard case .node = input else {
        waiting.append(input)
        continue
      }
      // What follows up to the next computed part comes after this one only at the end.
      let isLast = !isConstant[(position + 1)...].contains(false)
      let after = isLast ? Array(node.inputs[(position + 1)...]) : []
      guard !waiting.isEmpty || !after.isEmpty else {
        parts.append(input)
        continue
      }
      let attributes = node.attributes.merging(["before": .int(waiting.count)]) { $1 }
      let inputs = waiting + [input] + after
      if node.sources.count == 1 { return node.becoming("Concat", inputs, attributes) }
      parts.append(
        .node(try helper(node, "part:\(position)", "Concat", inputs, attributes)))
      waiting = []
      if isLast { break }
    }
    return node.becoming("Concat", parts, node.attributes)
  }
}

extension OperatorNode {
  /// Another operator in this one's place.
  fileprivate func becoming(
    _ type: String, _ inputs: [Input], _ attributes: [String: Attribute] = [:]
  ) -> OperatorNode {
    OperatorNode(id: id, type: type, version: version, inputs: inputs, attributes: attributes)
  }
}
