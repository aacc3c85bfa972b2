/// What operators leave open until the shape of their input is known.
extension ONNXImporter {
  /// The value of a `Shape` node; the batch's extent is a marker.
  mutating func shapeConstant(of source: NodeID, _ node: OperatorNode) throws -> Tensor {
    var shape = try shapes.shape(of: source, in: graph, for: node)
    if !shape.isEmpty { shape[0] = BatchExtent.marker }
    let part = try node.shapePart(shape)
    return try Tensor(part.map(Int64.init), shape: [part.count])
  }

  /// The node with everything stated that layers need to build themselves.
  mutating func resolved(_ node: OperatorNode) throws -> OperatorNode {
    guard case .node(let source)? = node.inputs.first else { return node }
    switch node.type {
    case "Reshape": return try resolvedReshape(node, source)
    case "Flatten": return try resolvedFlatten(node, source)
    case "Resize": return try resolvedResize(node, source)
    case "LayerNormalization": return try resolvedLayerNorm(node, source)
    case "Conv", "AveragePool", "MaxPool": return try resolvedPadding(node, source)
    default: return node
    }
  }

  /// A leading extent that is the batch's becomes 0, which keeps the input's.
  private func resolvedReshape(_ node: OperatorNode, _ source: NodeID) throws -> OperatorNode {
    guard var shape = try node.integers(1), let batch = shape.first,
      batch == BatchExtent.marker || (batch > 0 && batch == input.batch)
    else { return node }
    guard try node.int("allowzero", default: 0) == 0 || !shape.contains(0) else { return node }
    shape[0] = 0
    var inputs = node.inputs
    inputs[1] = .constant(try Tensor(shape.map(Int64.init), shape: [shape.count]))
    var attributes = node.attributes
    attributes["allowzero"] = nil
    return node.replacing(inputs: inputs, attributes: attributes)
  }

  /// An axis counted from the end, or after axes of extent 1, becomes axis 1.
  private mutating func resolvedFlatten(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    let axis = try node.int("axis", default: 1)
    guard axis != 1, axis != 0 else { return node }
    let shape = try shapes.shape(of: source, in: graph, for: node)
    let position = axis < 0 ? axis + shape.count : axis
    guard (1...max(shape.count, 1)).contains(position), position <= shape.count,
      shape[1..<position].allSatisfy({ $0 == 1 })
    else { return node }
    return node.replacing(attributes: node.attributes.merging(["axis": .int(1)]) { $1 })
  }

  /// Sizes become factors.
  private mutating func resolvedResize(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    guard node.inputs.count > 3, let sizes = try node.integers(3), !sizes.isEmpty else {
      return node
    }
    let shape = try shapes.shape(of: source, in: graph, for: node)
    guard sizes.count == shape.count,
      sizes[0] == BatchExtent.marker || sizes[0] == shape[0] || sizes[0] == input.batch
    else { throw node.unsupported("sizes \(sizes) for an input of shape \(shape)") }
    let factors = [1] + zip(sizes, shape).dropFirst().map { Double($0) / Double(max($1, 1)) }
    var inputs = node.inputs
    inputs[2] = .constant(try Tensor(factors, shape: [factors.count]))
    inputs[3] = .absent
    return node.replacing(inputs: inputs)
  }

  /// The axis is counted from the end.
  private mutating func resolvedLayerNorm(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    let axis = try node.int("axis", default: -1)
    guard axis > 0 else { return node }
    let rank = try shapes.shape(of: source, in: graph, for: node).count
    guard axis < rank else { return node }
    return node.replacing(attributes: node.attributes.merging(["axis": .int(axis - rank)]) { $1 })
  }

  /// `auto_pad=SAME_…` with strides becomes explicit widths.
  private mutating func resolvedPadding(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    let mode = try node.string("auto_pad", default: "NOTSET")
    guard mode.hasPrefix("SAME"), let strides = try node.ints("strides"),
      strides.contains(where: { $0 != 1 })
    else { return node }
    let size =
      try node.type == "Conv"
      ? Array(node.requiredConstant(1, "weight").shape.dropFirst(2))
      : node.ints("kernel_shape") ?? []
    let dilations = try node.ints("dilations") ?? size.map { _ in 1 }
    let extents = try shapes.shape(of: source, in: graph, for: node).dropFirst(2)
    let limit = 1...(1 << 24)
    guard extents.count == size.count, strides.count == size.count, dilations.count == size.count,
      (size + strides + dilations).allSatisfy(limit.contains)
    else { return node }
    let totals = zip(zip(extents, strides), zip(size, dilations)).map { pair, window in
      let count = (pair.0 + pair.1 - 1) / pair.1
      return max((count - 1) * pair.1 + (window.0 - 1) * window.1 + 1 - pair.0, 0)
    }
    let less = totals.map { $0 / 2 }
    let more = zip(totals, less).map { $0 - $1 }
    var attributes = node.attributes
    attributes["auto_pad"] = nil
    attributes["pads"] = .ints(mode == "SAME_LOWER" ? more + less : less + more)
    return node.replacing(attributes: attributes)
  }
}

extension OperatorNode {
  /// The part of a shape that `Shape` gives, from `start` to before `end` (operator set 15).
  func shapePart(_ shape: [Int]) throws -> [Int] {
    func position(_ name: String, _ standard: Int) throws -> Int {
      let value = try int(name, default: standard)
      return min(max(value < 0 ? value + shape.count : value, 0), shape.count)
    }
    let (start, end) = (try position("start", 0), try position("end", shape.count))
    return start < end ? Array(shape[start..<end]) : []
  }
}
