/// Scaled dot-product attention as what it computes: products, a mask, a softmax.
///
/// - Reference: Vaswani et al. 2017, *Attention Is All You Need*, equation 1 (`vaswani2017attention`);
///   ONNX's operator `Attention`, operator set 23.
extension ONNXImporter {
  /// Adds the nodes of an `Attention`, and notes its output.
  mutating func addAttention(_ node: OperatorNode, _ proto: ONNXNodeProto) throws {
    guard node.inputs.count >= 3 else {
      throw InterpretabilityError(
        .invalidFile, "Attention has \(node.inputs.count) inputs, wanted 3 or more", node: node.id)
    }
    for (position, input) in node.inputs.enumerated() where position > 3 {
      guard case .absent = input else {
        throw node.unsupported("keys and values of the past, or lengths (input \(position))")
      }
    }
    for (index, name) in proto.output.enumerated() where index > 0 && isUsed(name) {
      throw node.unsupported("its output \(index), “\(name)”, is used; only the first is computed")
    }
    var shapes: [[Int]] = []
    for position in 0..<3 {
      guard case .node(let id) = node.inputs[position] else {
        throw node.unsupported("constant queries, keys or values")
      }
      shapes.append(try fileShape(of: id, for: node))
    }
    guard Set(shapes.map(\.count)).count == 1, [3, 4].contains(shapes[0].count) else {
      throw node.unsupported("queries, keys and values of the shapes \(shapes)")
    }
    let isFolded = shapes[0].count == 3
    let stated = [
      try node.int("q_num_heads", default: 0), try node.int("kv_num_heads", default: 0),
    ]
    let heads = isFolded ? stated : [shapes[0][1], shapes[1][1]]
    guard heads.allSatisfy({ $0 > 0 }), heads[0] % heads[1] == 0,
      !isFolded
        || (shapes[0][2] % heads[0] == 0 && shapes[1][2] % heads[1] == 0
          && shapes[2][2] % heads[1] == 0)
    else {
      throw InterpretabilityError(
        .invalidFile, "Attention: \(heads[0]) and \(heads[1]) heads do not fit \(shapes)",
        node: node.id)
    }
    var (q, k, v) = (node.inputs[0], node.inputs[1], node.inputs[2])
    if isFolded {
      q = try headed(node, q, "queries", heads[0], shapes[0])
      k = try headed(node, k, "keys", heads[1], shapes[1])
      v = try headed(node, v, "values", heads[1], shapes[2])
    }
    let steps = (query: shapes[0][isFolded ? 1 : 2], key: shapes[1][isFolded ? 1 : 2])
    let width = isFolded ? shapes[0][2] / heads[0] : shapes[0][3]
    if heads[0] != heads[1] {
      let times = heads[0] / heads[1]
      k = try repeated(node, k, "keys", heads[1], times, [steps.key, width])
      let depth = isFolded ? shapes[2][2] / heads[1] : shapes[2][3]
      v = try repeated(node, v, "values", heads[1], times, [steps.key, depth])
    }
    let output = try weighted(node, q, k, v, steps, width: width)
    var result = output
    if isFolded {
      let turned = try helper(
        node, "samples first", "Transpose", [.node(output)], ["perm": .ints([0, 2, 1, 3])])
      let depth = shapes[2][2] / heads[1] * heads[0]
      result = try helper(
        node, "output", "Reshape", [.node(turned), list([batch, steps.query, depth])], version: 17)
    }
    if let name = proto.output.first { setValue(.node(result), of: name) }
  }

  private func list(_ values: [Int]) throws -> OperatorNode.Input {
    .constant(try Tensor(values.map(Int64.init), shape: [values.count]))
  }

  /// `[N, T, heads · width]` as `[N, heads, T, width]`.
  private mutating func headed(
    _ node: OperatorNode, _ input: OperatorNode.Input, _ name: String, _ heads: Int, _ shape: [Int]
  ) throws -> OperatorNode.Input {
    let split = try helper(
      node, "\(name) apart", "Reshape",
      [input, list([batch, shape[1], heads, shape[2] / heads])], version: 17)
    return .node(
      try helper(node, name, "Transpose", [.node(split)], ["perm": .ints([0, 2, 1, 3])]))
  }

  /// Each head of keys or values for several heads of queries.
  private mutating func repeated(
    _ node: OperatorNode, _ input: OperatorNode.Input, _ name: String, _ heads: Int, _ times: Int,
    _ rest: [Int]
  ) throws -> OperatorNode.Input {
    let apart = try helper(node, "\(name) of groups", "Unsqueeze", [input, list([2])], version: 17)
    let all = try helper(
      node, "\(name) repeated", "Expand", [.node(apart), list([batch, heads, times] + rest)],
      version: 17)
    return .node(
      try helper(
        node, "\(name) of heads", "Reshape", [.node(all), list([batch, heads * times] + rest)],
        version: 17))
  }

  /// `softmax(q kᵀ · scale + mask) v`.
  private mutating func weighted(
    _ node: OperatorNode, _ q: OperatorNode.Input, _ k: OperatorNode.Input,
    _ v: OperatorNode.Input, _ steps: (query: Int, key: Int), width: Int
  ) throws -> NodeID {
    let stated = try node.float("scale", default: 0)
    let scale = stated == 0 ? 1 / Double(width).squareRoot() : stated
    let turned = try helper(node, "keys turned", "Transpose", [k], ["perm": .ints([0, 1, 3, 2])])
    let products = try helper(node, "products", "MatMul", [q, .node(turned)])
    var scores = try helper(
      node, "scores", "Mul",
      [.node(products), .constant(try Tensor([scale], shape: [1], dtype: .float64))])
    let cap = try node.float("softcap", default: 0)
    if cap != 0 {
      func factor(_ value: Double) throws -> OperatorNode.Input {
        .constant(try Tensor([value], shape: [1], dtype: .float64))
      }
      let less = try helper(node, "scores to cap", "Mul", [.node(scores), factor(1 / cap)])
      let curved = try helper(node, "scores curved", "Tanh", [.node(less)])
      scores = try helper(node, "scores capped", "Mul", [.node(curved), factor(cap)])
    }
    if try node.int("is_causal", default: 0) != 0 {
      var mask = [Double](repeating: 0, count: steps.query * steps.key)
      for row in 0..<steps.query {
        for column in (row + 1)..<max(steps.key, row + 1) {
          mask[row * steps.key + column] = -.infinity
        }
      }
      let tensor = try Tensor(mask, shape: [steps.query, steps.key])
      scores = try helper(node, "scores of the past", "Add", [.node(scores), .constant(tensor)])
    }
    if node.inputs.count > 3 {
      scores = try masked(node, scores, node.inputs[3])
    }
    let weights = try helper(
      node, "weights", "Softmax", [.node(scores)], ["axis": .int(-1)], version: 17)
    return try helper(node, "weighted values", "MatMul", [.node(weights), v])
  }

  private mutating func masked(
    _ node: OperatorNode, _ scores: NodeID, _ mask: OperatorNode.Input
  ) throws -> NodeID {
    switch mask {
    case .absent: return scores
    case .constant(let tensor):
      guard tensor.dtype == .bool else {
        return try helper(node, "scores masked", "Add", [.node(scores), mask])
      }
      let added = try Tensor.full(tensor.shape, 0, dtype: .float64)
        .selected(where: tensor, otherwise: -Double.infinity)
      return try helper(node, "scores masked", "Add", [.node(scores), .constant(added)])
    case .node(let id):
      let type = try shapes.type(of: id, in: graph, for: node)
      if type.isFloatingPoint {
        return try helper(node, "scores masked", "Add", [.node(scores), mask])
      }
      let low = OperatorNode.Input.constant(try Tensor([-Double.infinity], shape: [1]))
      return try helper(node, "scores masked", "Where", [mask, .node(scores), low])
    }
  }
}
