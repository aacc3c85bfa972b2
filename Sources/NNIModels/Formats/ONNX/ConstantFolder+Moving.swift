/// Operators that make constants and move their elements.
extension ConstantFolder {
  static let moving: [String: Fold] = [
    "Constant": { try constant($0) },
    "ConstantOfShape": { node in
      let shape = try node.checked(node.integers(0) ?? [])
      guard case .tensor(let value)? = node.attributes["value"] else {
        return try Tensor.full(shape, 0)
      }
      guard value.count == 1 else { throw node.unsupported("a value of \(value.count) elements") }
      return try value.reshaped([]).expanded(to: shape)
    },
    "Identity": { try $0.operand() },
    "Dropout": { try $0.operand() },
    "Shape": { node in
      let part = try node.shapePart(node.operand().shape)
      return try Tensor(part.map(Int64.init), shape: [part.count])
    },
    "Size": { try Tensor([Int64($0.operand().count)], shape: []) },
    "Cast": { node in
      let type = try ONNXTensorReader.type(
        Int32(clamping: node.int("to", default: 0)), of: "the result of \(node.id)")
      let x = try node.operand()
      return try x.converted(to: type == .float16 || type == .bfloat16 ? .float32 : type)
    },
    "Concat": { node in
      let parts = try node.inputs.indices.map { try node.requiredConstant($0, "part") }
      guard let first = parts.first else { return try node.operand() }
      _ = try node.checked([parts.reduce(0) { $0 + $1.count }])
      let axis = try node.axis(node.int("axis", default: 0), rank: first.rank)
      return try Tensor.concatenated(parts, axis: axis)
    },
    "Gather": { try gather($0) },
    "Slice": { try slice($0) },
    "Unsqueeze": { node in
      let x = try node.operand()
      let count = try (node.integers(1) ?? node.ints("axes") ?? []).count
      guard count <= 16 else { throw node.unsupported("\(count) axes") }
      let axes = try node.axes(input: 1, rank: x.rank + count) ?? []
      var shape = x.shape
      for axis in axes where axis <= shape.count { shape.insert(1, at: axis) }
      return try x.reshaped(node.checked(shape))
    },
    "Squeeze": { node in
      let x = try node.operand()
      let shape = x.shape
      let axes = try node.axes(input: 1, rank: x.rank) ?? shape.indices.filter { shape[$0] == 1 }
      return try x.reshaped(shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
    },
    "Reshape": { node in
      let x = try node.operand()
      let target = try node.integers(1) ?? []
      let allowsZero = try node.int("allowzero", default: 0) == 1
      let old = x.shape
      let shape = target.enumerated().map { offset, extent in
        extent == 0 && !allowsZero && offset < old.count ? old[offset] : extent
      }
      _ = try node.checked(shape.filter { $0 != -1 })
      return try x.reshaped(shape)
    },
    "Flatten": { node in
      let x = try node.operand()
      let stated = try node.int("axis", default: 1)
      let axis = stated == x.rank ? stated : try node.axis(stated, rank: x.rank)
      let shape = [x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)]
      return try x.reshaped(shape)
    },
    "Transpose": { node in
      let x = try node.operand()
      return try x.permuted(node.ints("perm") ?? Array((0..<x.rank).reversed()))
    },
    "Expand": { node in
      let x = try node.operand()
      let target = try node.integers(1) ?? []
      return try x.expanded(to: node.broadcast(x.shape, target))
    },
    "Tile": { node in
      let x = try node.operand()
      let repeats = try node.integers(1) ?? []
      let shape = x.shape
      guard repeats.count == shape.count, repeats.allSatisfy({ (0...65_536).contains($0) }),
        shape.allSatisfy({ $0 <= TensorSize.limit })
      else { throw node.unsupported("\(repeats) repeats of a constant of shape \(shape)") }
      _ = try node.checked(zip(shape, repeats).map { $0 * $1 })
      return try .call("aten::tile", .tensor(x), .ints(repeats))
    },
    "Range": { try range($0) },
  ]

  /// The parts of a constant.
  static func split(_ node: OperatorNode) throws -> [Tensor] {
    let x = try node.operand()
    guard let entry = ChunkLayer.entries.first as? OperatorEntry else { return [] }
    let axis = try node.axis(node.int("axis", default: 0), rank: x.rank)
    // The layer never splits the first axis, which is the batch's: put one before it.
    let attributes = node.attributes.merging(["axis": .int(axis + 1)]) { $1 }
    return try (0..<node.outputCount).map { index in
      let inputs = [.node(node.id)] + node.inputs.dropFirst()
      let layer = try entry.build(
        node.replacing(inputs: inputs, attributes: attributes).choosing(output: index))
      return try Tensor.call(
        "aten::squeeze.dim", .tensor(layer.forward([x.unsqueezed(0)])), .int(0))
    }
  }

  private static func constant(_ node: OperatorNode) throws -> Tensor {
    for name in ["value", "value_int", "value_ints", "value_float", "value_floats"] {
      switch node.attributes[name] {
      case .tensor(let tensor)?: return tensor
      case .int(let value)?: return try Tensor([Int64(value)], shape: [])
      case .ints(let values)?: return try Tensor(values.map(Int64.init), shape: [values.count])
      case .float(let value)?: return try Tensor([Float(value)], shape: [])
      case .floats(let values)?: return try Tensor(values.map { Float($0) }, shape: [values.count])
      default: continue
      }
    }
    throw node.unsupported("only tensors, integers and real numbers are supported as constants")
  }

  private static func gather(_ node: OperatorNode) throws -> Tensor {
    let x = try node.operand()
    let table = try node.requiredConstant(1, "indices")
    let axis = try node.axis(node.int("axis", default: 0), rank: x.rank)
    let shape = x.shape
    guard axis < shape.count, let indices = try node.integers(1) else {
      throw node.unsupported("a constant without axes")
    }
    let extent = shape[axis]
    let positions = indices.map { $0 < 0 ? $0 + extent : $0 }
    guard positions.allSatisfy({ (0..<extent).contains($0) }) else {
      throw InterpretabilityError(
        .invalidFile, "Gather: indices \(indices.prefix(8)) of an axis of extent \(extent)",
        node: node.id)
    }
    let result = try node.checked(shape[..<axis] + table.shape + shape[(axis + 1)...])
    return try chosen(positions, of: x, axis: axis).reshaped(result)
  }

  private static func slice(_ node: OperatorNode) throws -> Tensor {
    var x = try node.operand()
    let starts = try node.integers(1) ?? node.ints("starts") ?? []
    let ends = try node.integers(2) ?? node.ints("ends") ?? []
    let axes = try node.integers(3) ?? node.ints("axes") ?? Array(starts.indices)
    let steps = try node.integers(4) ?? starts.map { _ in 1 }
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count,
      !steps.contains(0)
    else {
      throw InterpretabilityError(
        .invalidFile, "Slice: starts, ends, axes and steps do not fit", node: node.id)
    }
    for index in starts.indices where x.rank > 0 {
      let axis = try node.axis(axes[index], rank: x.rank)
      let extent = x.shape[axis]
      let step = min(max(steps[index], -extent - 1), extent + 1)
      // Downwards the end before the first element is -1.
      let (low, high) = step > 0 ? (0, extent) : (-1, extent - 1)
      func clamped(_ position: Int) -> Int {
        min(max(position < 0 ? position + extent : position, low), high)
      }
      let (start, end) = (clamped(starts[index]), clamped(ends[index]))
      let positions = Array(stride(from: start, to: end, by: step)).filter { $0 >= 0 }
      x = try chosen(positions, of: x, axis: axis)
    }
    return x
  }

  private static func chosen(_ positions: [Int], of x: Tensor, axis: Int) throws -> Tensor {
    let list = try Tensor(positions.map(Int64.init), shape: [positions.count])
    return try .call("aten::index_select", .tensor(x), .int(axis), .tensor(list))
  }

  private static func range(_ node: OperatorNode) throws -> Tensor {
    let bounds = try (0..<3).map { try node.requiredConstant($0, "bound") }
    let (start, limit, delta) = (try bounds[0].item(), try bounds[1].item(), try bounds[2].item())
    let count = max(0, ((limit - start) / delta).rounded(.up))
    guard count.isFinite, delta != 0, count <= Double(TensorSize.limit) else {
      throw InterpretabilityError(
        .invalidFile, "Range: from \(start) to \(limit) by \(delta) is impossible or too large",
        node: node.id)
    }
    let values = (0..<Int(count)).map { start + Double($0) * delta }
    return try Tensor(values, shape: [values.count], dtype: bounds[0].dtype)
  }
}
