/// Operators that compute with constants.
extension ConstantFolder {
  static let arithmetic: [String: Fold] = [
    "Add": { try binary($0, "aten::add.Tensor") },
    "Sub": { try binary($0, "aten::sub.Tensor") },
    "Mul": { try binary($0, "aten::mul.Tensor") },
    "Div": {
      try quotient($0, "aten::div.Tensor_mode", .string("trunc"), real: "aten::div.Tensor")
    },
    "Mod": { try quotient($0, "aten::remainder.Tensor", real: "aten::fmod.Tensor") },
    "Pow": { try binary($0, "aten::pow.Tensor_Tensor") },
    "Max": { try folded($0, "aten::maximum") },
    "Min": { try folded($0, "aten::minimum") },
    "Sum": { try folded($0, "aten::add.Tensor") },
    "Equal": { try binary($0, "aten::eq.Tensor") },
    "Less": { try binary($0, "aten::lt.Tensor") },
    "LessOrEqual": { try binary($0, "aten::le.Tensor") },
    "Greater": { try binary($0, "aten::gt.Tensor") },
    "GreaterOrEqual": { try binary($0, "aten::ge.Tensor") },
    "And": { try binary($0, "aten::logical_and") },
    "Or": { try binary($0, "aten::logical_or") },
    "Not": { try .call("aten::logical_not", .tensor($0.operand())) },
    "Neg": { try $0.operand().negated() },
    "Floor": { try rounded($0, "aten::floor") },
    "Ceil": { try rounded($0, "aten::ceil") },
    "Round": { try rounded($0, "aten::round") },
    "Where": { node in
      let parts = try (0..<3).map { try node.requiredConstant($0, "operand") }
      _ = try node.broadcast(parts[0].shape, node.broadcast(parts[1].shape, parts[2].shape))
      return try .call(
        "aten::where.self", .tensor(parts[0].converted(to: .bool)), .tensor(parts[1]),
        .tensor(parts[2]))
    },
    "BatchNormalization": { try normalized($0) },
    "MatMul": { node in
      let (a, b) = (try node.operand(), try node.requiredConstant(1, "factor"))
      _ = try node.checked(a.shape.dropLast() + b.shape.suffix(1))
      return try .call("aten::matmul", .tensor(a), .tensor(b))
    },
    "ReduceProd": { try reduced($0) { try .call("aten::prod.dim_int", .tensor($0), .int($1)) } },
    "ReduceSum": { try reduced($0) { try $0.sum(over: [$1]) } },
    "ReduceMean": { try reduced($0) { try $0.mean(over: [$1]) } },
    "ReduceMax": { try reduced($0) { try $0.maximum(over: [$1]) } },
    "ReduceMin": { try reduced($0) { try $0.minimum(over: [$1]) } },
  ]

  private static func binary(
    _ node: OperatorNode, _ name: String, _ more: OperatorArgument...
  ) throws -> Tensor {
    let (left, right) = (try node.operand(), try node.requiredConstant(1, "operand"))
    _ = try node.broadcast(left.shape, right.shape)
    guard let first = try Tensor.tensors(of: name, [.tensor(left), .tensor(right)] + more).first
    else { throw node.unsupported("no result") }
    return first
  }

  /// Integers are divided towards zero; what the processor cannot divide is refused before.
  private static func quotient(
    _ node: OperatorNode, _ name: String, _ more: OperatorArgument..., real: String
  ) throws -> Tensor {
    let divisor = try node.requiredConstant(1, "divisor")
    if try node.operand().dtype.isFloatingPoint || divisor.dtype.isFloatingPoint {
      return try binary(node, real)
    }
    let divisors = try divisor.elements(as: Int64.self)
    guard !divisors.contains(0),
      try !divisors.contains(-1)
        || !node.operand().elements(as: Int64.self).contains(where: { $0 <= Int64(Int32.min) })
    else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type): a division by zero or with an overflow", node: node.id)
    }
    return try more.isEmpty ? binary(node, name) : binary(node, name, more[0])
  }

  /// Batch norm of a constant, in training mode by its own statistics: weight standardisation is
  /// exported so.
  private static func normalized(_ node: OperatorNode) throws -> Tensor {
    let x = try node.operand()
    guard x.rank >= 2 else { throw node.unsupported("a constant of shape \(x.shape)") }
    func parameter(_ position: Int, _ what: String) throws -> Tensor {
      let value = try node.requiredConstant(position, what)
      guard value.count == x.shape[1] else {
        throw InterpretabilityError(
          .invalidFile,
          "\(node.type): the \(what) has shape \(value.shape), wanted \(x.shape[1]) "
            + "numbers", node: node.id)
      }
      return try value.converted(to: .float64).flattened().aligned(toAxis: 1, rank: x.rank)
    }
    let values = try x.converted(to: .float64)
    var (mean, variance) = (try parameter(3, "mean"), try parameter(4, "variance"))
    if try node.int("training_mode", default: 0) != 0 {
      let axes = (0..<x.rank).filter { $0 != 1 }
      mean = try values.mean(over: axes, keepingAxes: true)
      variance = try (values - mean).squared().mean(over: axes, keepingAxes: true)
    }
    let deviation = try (variance + node.float("epsilon", default: 1e-5)).squareRoot()
    let result = try (values - mean) / deviation * parameter(1, "scale") + parameter(2, "bias")
    return try result.converted(to: x.dtype)
  }

  private static func folded(_ node: OperatorNode, _ name: String) throws -> Tensor {
    var result = try node.operand()
    for position in node.inputs.indices.dropFirst() {
      let next = try node.requiredConstant(position, "operand")
      _ = try node.broadcast(result.shape, next.shape)
      result = try .call(name, .tensor(result), .tensor(next))
    }
    return result
  }

  private static func rounded(_ node: OperatorNode, _ name: String) throws -> Tensor {
    let x = try node.operand()
    return x.dtype.isFloatingPoint ? try .call(name, .tensor(x)) : x
  }

  private static func reduced(
    _ node: OperatorNode, _ reduce: (Tensor, Int) throws -> Tensor
  ) throws -> Tensor {
    let x = try node.operand()
    var axes = try node.axes(input: 1, rank: x.rank) ?? []
    if axes.isEmpty {
      if try node.int("noop_with_empty_axes", default: 0) == 1 { return x }
      axes = Array(0..<x.rank)
    }
    var result = x
    for axis in axes.reversed() { result = try reduce(result, axis) }
    guard try node.int("keepdims", default: 1) != 0 else { return result }
    return try result.reshaped(
      x.shape.enumerated().map { axes.contains($0) ? 1 : $1 })
  }
}
