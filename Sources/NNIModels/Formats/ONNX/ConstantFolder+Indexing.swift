import Foundation

/// Operators that choose, place and count elements of constants.
extension ConstantFolder {
  static let indexing: [String: Fold] = [
    "ScatterND": { node in
      let (data, updates) = (try node.operand(), try node.requiredConstant(2, "updates"))
      let table = try node.requiredConstant(1, "indices")
      guard let depth = table.shape.last, depth > 0, depth <= data.rank,
        try node.string("reduction", default: "none") == "none"
      else { throw node.unsupported("indices of shape \(table.shape) in \(data.shape)") }
      let rows = try positions(node, table, in: Array(data.shape[..<depth]))
      let rest = Array(data.shape[depth...])
      let merged = try data.reshaped([data.shape[..<depth].reduce(1, *)] + rest)
      return try Tensor.call(
        "aten::index_copy", .tensor(merged), .int(0), .tensor(rows),
        .tensor(updates.converted(to: data.dtype).reshaped([rows.count] + rest))
      ).reshaped(data.shape)
    },
    "GatherND": { node in
      let data = try node.operand()
      let table = try node.requiredConstant(1, "indices")
      guard let depth = table.shape.last, depth > 0, depth <= data.rank,
        try node.int("batch_dims", default: 0) == 0
      else { throw node.unsupported("indices of shape \(table.shape) in \(data.shape)") }
      let rows = try positions(node, table, in: Array(data.shape[..<depth]))
      let rest = Array(data.shape[depth...])
      let merged = try data.reshaped([data.shape[..<depth].reduce(1, *)] + rest)
      return try Tensor.call("aten::index_select", .tensor(merged), .int(0), .tensor(rows))
        .reshaped(node.checked(table.shape.dropLast() + rest))
    },
    "GatherElements": { node in
      let data = try node.operand()
      let table = try node.requiredConstant(1, "indices").converted(to: .int64)
      let axis = try node.axis(node.int("axis", default: 0), rank: data.rank)
      guard axis < data.rank else { throw node.unsupported("a constant without axes") }
      let list = try wrapped(table, data.shape[axis], node)
      return try .call("aten::gather", .tensor(data), .int(axis), .tensor(list), .bool(false))
    },
    "NonZero": { node in
      let places = try Tensor.call("aten::nonzero", .tensor(node.operand()))
      return try places.transposed(0, 1)
    },
    "CumSum": { node in
      let x = try node.operand()
      let axis = try node.axis(node.wholeNumber(1, "axis"), rank: x.rank)
      guard try node.int("exclusive", default: 0) == 0, try node.int("reverse", default: 0) == 0
      else { throw node.unsupported("exclusive or reverse sums") }
      return try Tensor.call("aten::cumsum", .tensor(x), .int(axis), .none).converted(to: x.dtype)
    },
    "Trilu": { node in
      let x = try node.operand()
      guard x.rank >= 2 else { throw node.unsupported("a value of shape \(x.shape)") }
      let diagonal = try node.constant(1) == nil ? 0 : node.wholeNumber(1, "diagonal")
      let name = try node.int("upper", default: 1) != 0 ? "aten::triu" : "aten::tril"
      return try .call(name, .tensor(x), .int(diagonal))
    },
    "EyeLike": { node in
      let x = try node.operand()
      guard x.rank == 2 else { throw node.unsupported("a value of shape \(x.shape)") }
      let shift = try node.int("k", default: 0)
      let type = try node.attributes["dtype"].map { _ in
        try ONNXTensorReader.type(
          Int32(clamping: node.int("dtype", default: 1)), of: "the result of \(node.id)")
      }
      let ones = try Tensor.full(x.shape, 1, dtype: type ?? x.dtype)
      let lower = try Tensor.call("aten::tril", .tensor(ones), .int(shift))
      return try .call("aten::triu", .tensor(lower), .int(shift))
    },
    "OneHot": { node in
      let ids = try node.operand().converted(to: .int64)
      let depth = try node.wholeNumber(1, "depth")
      let values = try node.requiredConstant(2, "values")
      guard (1...(1 << 20)).contains(depth), try node.int("axis", default: -1) == -1,
        values.count == 2
      else { throw node.unsupported("a depth of \(depth)") }
      _ = try node.checked(ids.shape + [depth])
      let range = try Tensor((0..<depth).map { Int64($0) }, shape: [depth])
      let hot = try Tensor.call(
        "aten::eq.Tensor", .tensor(ids.unsqueezed(ids.rank)), .tensor(range))
      let pair = try values.flattened()
      return try .call(
        "aten::where.self", .tensor(hot), .tensor(pair.narrowed(axis: 0, to: 1..<2)),
        .tensor(pair.narrowed(axis: 0, to: 0..<1)))
    },
    "HannWindow": { try window($0, [0.5, 0.5]) },
    "HammingWindow": { try window($0, [25.0 / 46, 21.0 / 46]) },
    "BlackmanWindow": { try window($0, [0.42, 0.5, 0.08]) },
    "ArgMax": { try extreme($0, "aten::argmax") },
    "ArgMin": { try extreme($0, "aten::argmin") },
    "Xor": { node in
      let (a, b) = (try node.operand(), try node.requiredConstant(1, "operand"))
      _ = try node.broadcast(a.shape, b.shape)
      return try .call("aten::logical_xor", .tensor(a), .tensor(b))
    },
  ]

  /// Cosines that add up to a window: `Σ (−1)ᵏ aₖ cos(2πkn / N)`.
  private static func window(_ node: OperatorNode, _ factors: [Double]) throws -> Tensor {
    let count = try node.wholeNumber(0, "size")
    guard (1...(1 << 20)).contains(count) else { throw node.unsupported("a size of \(count)") }
    let period = try node.int("periodic", default: 1) != 0 ? count : max(count - 1, 1)
    let values = (0..<count).map { index in
      factors.enumerated().reduce(0.0) { sum, term in
        let sign = term.offset % 2 == 0 ? 1.0 : -1.0
        let angle = 2 * Double.pi * Double(term.offset * index) / Double(period)
        return sum + sign * term.element * cos(angle)
      }
    }
    let type = try ONNXTensorReader.type(
      Int32(clamping: node.int("output_datatype", default: 1)), of: "the window \(node.id)")
    return try Tensor(values, shape: [count]).converted(
      to: type.isFloatingPoint && type != .float64 ? .float32 : type)
  }

  private static func extreme(_ node: OperatorNode, _ name: String) throws -> Tensor {
    let x = try node.operand()
    let axis = try node.axis(node.int("axis", default: 0), rank: x.rank)
    let keeps = try node.int("keepdims", default: 1) != 0
    return try .call(name, .tensor(x), .int(axis), .bool(keeps))
  }

  /// Indices counted from the start.
  private static func wrapped(_ table: Tensor, _ extent: Int, _ node: OperatorNode) throws -> Tensor
  {
    let list = try table.elements(as: Int64.self).map { Int($0) }
    guard list.allSatisfy({ (-extent..<extent).contains($0) }) else {
      throw InterpretabilityError(
        .invalidFile, "\(node.type): indices beyond an axis of extent \(extent)", node: node.id)
    }
    return try Tensor(list.map { Int64($0 < 0 ? $0 + extent : $0) }, shape: table.shape)
  }

  /// The rows of several axes taken as one that positions in them name.
  private static func positions(
    _ node: OperatorNode, _ table: Tensor, in extents: [Int]
  ) throws -> Tensor {
    let values = try table.converted(to: .int64).elements(as: Int64.self).map { Int($0) }
    let depth = extents.count
    let rows = try stride(from: 0, to: values.count, by: depth).map { start in
      try zip(values[start..<start + depth], extents).reduce(0) { sum, pair in
        let index = pair.0 < 0 ? pair.0 + pair.1 : pair.0
        guard (0..<pair.1).contains(index) else {
          throw InterpretabilityError(
            .invalidFile, "\(node.type): no position \(pair.0) in an axis of extent \(pair.1)",
            node: node.id)
        }
        return sum * pair.1 + index
      }
    }
    return try Tensor(rows.map { Int64($0) }, shape: [rows.count])
  }
}
