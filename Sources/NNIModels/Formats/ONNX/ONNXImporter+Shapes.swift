/// What operators leave open until the shape of their input is known.
extension ONNXImporter {
  /// The value of a `Shape` node; the batch has as many samples as the file is written for.
  mutating func shapeConstant(of source: NodeID, _ node: OperatorNode) throws -> Tensor {
    let shape = samplePlace(of: source).fileShape(
      ofOne: try shapes.shape(of: source, in: graph, for: node), batch: batch)
    if node.type == "Size" { return try Tensor([Int64(shape.reduce(1, *))], shape: []) }
    let part = try node.shapePart(shape)
    return try Tensor(part.map(Int64.init), shape: [part.count])
  }

  /// The value of an `EyeLike` node of a computed value, of which only the shape counts.
  mutating func identityConstant(like source: NodeID, _ node: OperatorNode) throws -> Tensor {
    let shape = try fileShape(of: source, for: node)
    let type = try shapes.type(of: source, in: graph, for: node)
    let zeros = try Tensor.full(node.checked(shape), 0, dtype: type)
    let folder = ConstantFolder(entries: [:])
    let known = try folder.outputs(of: node.replacing(inputs: [.constant(zeros)]))
    guard let first = known.first else { throw node.unsupported("no result") }
    return first
  }

  /// The node with everything stated that layers need to build themselves.
  mutating func resolved(_ node: OperatorNode) throws -> OperatorNode {
    guard case .node(let source)? = node.inputs.first else { return node }
    if node.type == "Cast" { return try resolvedConversion(node, source) }
    // What is filled in here counts axes from the batch's.
    guard samplePlace(of: source).isFirst else { return node }
    switch node.type {
    case "Upsample": return try resolvedCoordinates(node)
    case "Pad": return try resolvedPad(node, source)
    case "ConvTranspose": return try resolvedOutput(node, source)
    case "GroupNormalization" where node.version < 21:
      let shape = try shapes.shape(of: source, in: graph, for: node)
      return shape.count > 1 ? node.setting("channels", .int(shape[1])) : node
    case "Resize": return try resolvedResize(node, source)
    case "LayerNormalization", "RMSNormalization": return try resolvedLayerNorm(node, source)
    case "Conv", "AveragePool", "MaxPool": return try resolvedPadding(node, source)
    default: return node
    }
  }

  /// Whether a conversion is one of real numbers.
  private mutating func resolvedConversion(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    guard hasIntegers else { return node }
    let type = try shapes.type(of: source, in: graph, for: node)
    return node.setting("from_real", .int(type.isFloatingPoint ? 1 : 0))
  }

  /// Whether some values are whole or truth numbers.
  private var hasIntegers: Bool {
    inputs.contains { !$0.dtype.isFloatingPoint }
      || graph.nodes.contains { $0.layer.kind == .discrete }
  }

  /// Axes that are named become all axes, an extent that stays becomes 0 among sizes, and sizes that are
  /// whole multiples become factors, so that the network takes other extents, too.
  private mutating func resolvedResize(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    var node = try resolvedCoordinates(node)
    let axes = try node.ints("axes")
    let sizes = try node.inputs.count > 3 ? node.integers(3) : nil
    guard axes != nil || sizes?.isEmpty == false else { return node }
    let shape = try shapes.shape(of: source, in: graph, for: node)
    let positions = try axes?.map { try node.axis($0, rank: shape.count) } ?? Array(shape.indices)
    let stated = try sizes ?? node.constant(2)?.doubles().map { _ in 0 } ?? []
    guard stated.count == positions.count else {
      throw node.unsupported("sizes or factors \(stated) for an input of shape \(shape)")
    }
    node = node.replacing(attributes: node.attributes.filter { $0.key != "axes" })
    var inputs = node.inputs
    while inputs.count < 4 { inputs.append(.absent) }
    if let roi = try node.constant(1)?.doubles(), roi.count == 2 * positions.count, axes != nil {
      var all = [Double](repeating: 0, count: shape.count) + shape.map { _ in 1 }
      for (index, axis) in positions.enumerated() {
        all[axis] = roi[index]
        all[axis + shape.count] = roi[index + positions.count]
      }
      inputs[1] = .constant(try Tensor(all, shape: [all.count]))
    }
    guard var wanted = sizes, !wanted.isEmpty else {
      var factors = shape.map { _ in 1.0 }
      for (axis, factor) in try zip(positions, node.constant(2)?.doubles() ?? []) {
        factors[axis] = factor
      }
      inputs[2] = .constant(try Tensor(factors, shape: [factors.count]))
      return node.replacing(inputs: inputs)
    }
    guard
      zip(positions, wanted).allSatisfy({ axis, size in
        (1...(1 << 20)).contains(size) || (axis == 0 && size == batch)
      })
    else { throw node.unsupported("sizes \(wanted) for an input of shape \(shape)") }
    let policy = try node.string("keep_aspect_ratio_policy", default: "stretch")
    if policy != "stretch" { wanted = try kept(policy, node, wanted, positions.map { shape[$0] }) }
    var all = shape.map { _ in 0 }
    for (axis, size) in zip(positions, wanted) {
      let isSame = axis == 0 && size == batch
      all[axis] = isSame || size == shape[axis] ? 0 : size
    }
    let isCropping =
      try node.string(
        "coordinate_transformation_mode", default: "half_pixel") == "tf_crop_and_resize"
    if isCropping { all = all.indices.map { $0 > 0 && all[$0] == 0 ? shape[$0] : all[$0] } }
    let factors = zip(all, shape).map { $0 == 0 ? 1 : Double($0) / Double(max($1, 1)) }
    let isWhole = !isCropping && factors.allSatisfy { $0 == $0.rounded() && $0 >= 1 }
    inputs[2] = isWhole ? .constant(try Tensor(factors, shape: [factors.count])) : .absent
    inputs[3] = isWhole ? .absent : .constant(try Tensor(all.map(Int64.init), shape: [all.count]))
    return node.replacing(inputs: inputs)
  }

  /// The sizes with one factor for all axes, which fits into them or covers them.
  private func kept(
    _ policy: String, _ node: OperatorNode, _ sizes: [Int], _ shape: [Int]
  ) throws -> [Int] {
    let factors = zip(sizes, shape).map { Double($0) / Double(max($1, 1)) }
    guard let factor = policy == "not_larger" ? factors.min() : factors.max(),
      ["not_larger", "not_smaller"].contains(policy)
    else { throw node.unsupported("keep_aspect_ratio_policy \(policy)") }
    return shape.map { Int((factor * Double($0)).rounded(.toNearestOrAwayFromZero)) }
  }

  /// The coordinates of operator sets before 11, which do not state them: ONNX Runtime takes them as
  /// asymmetric, while PyTorch's exporter meant half-pixel centres where it interpolates.
  private func resolvedCoordinates(_ node: OperatorNode) throws -> OperatorNode {
    guard node.version < 11 || node.type == "Upsample",
      node.attributes["coordinate_transformation_mode"] == nil
    else { return node }
    let isNearest = try node.string("mode", default: "nearest") == "nearest"
    let isTorch = file.model.producerName == "pytorch"
    return
      node
      .setting(
        "coordinate_transformation_mode",
        .string(isTorch && !isNearest ? "half_pixel" : "asymmetric")
      )
      .setting("nearest_mode", .string(isTorch ? "floor" : "simple"))
  }

  /// The output's extents, stated or those of `auto_pad`, become widths.
  private mutating func resolvedOutput(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    let mode = try node.string("auto_pad", default: "NOTSET")
    let stated = try node.ints("output_shape")
    guard stated != nil || mode.hasPrefix("SAME") else { return node }
    let size = Array(try node.requiredConstant(1, "weight").shape.dropFirst(2))
    let extents = Array(try shapes.shape(of: source, in: graph, for: node).dropFirst(2))
    let strides = try node.ints("strides") ?? size.map { _ in 1 }
    let dilations = try node.ints("dilations") ?? size.map { _ in 1 }
    let extra = try node.ints("output_padding") ?? size.map { _ in 0 }
    let limit = 0...(1 << 24)
    guard extents.count == size.count, strides.count == size.count, dilations.count == size.count,
      extra.count == size.count,
      (extents + size + strides + dilations + extra).allSatisfy(limit.contains)
    else { return node }
    let outputs = stated.map { Array($0.suffix(size.count)) } ?? zip(extents, strides).map(*)
    guard outputs.count == size.count else { return node }
    let totals = size.indices.map { axis in
      strides[axis] * (extents[axis] - 1) + extra[axis] + (size[axis] - 1) * dilations[axis] + 1
        - outputs[axis]
    }
    guard totals.allSatisfy({ $0 >= 0 }) else {
      throw node.unsupported("an output of \(outputs), larger than all windows together")
    }
    let less = totals.map { $0 / 2 }
    let more = zip(totals, less).map { $0 - $1 }
    var attributes = node.attributes
    attributes["auto_pad"] = nil
    attributes["output_shape"] = nil
    attributes["pads"] = .ints(mode == "SAME_UPPER" ? less + more : more + less)
    return node.replacing(attributes: attributes)
  }

  /// Widths of some axes become widths of all.
  private mutating func resolvedPad(
    _ node: OperatorNode, _ source: NodeID
  ) throws -> OperatorNode {
    guard node.inputs.count > 3, let axes = try node.integers(3), let pads = try node.integers(1)
    else { return node }
    let rank = try shapes.shape(of: source, in: graph, for: node).count
    guard pads.count == 2 * axes.count else {
      throw InterpretabilityError(
        .invalidFile, "Pad: \(pads.count) widths for \(axes.count) axes", node: node.id)
    }
    var all = [Int](repeating: 0, count: 2 * rank)
    for (index, stated) in axes.enumerated() {
      let axis = try node.axis(stated, rank: rank)
      all[axis] = pads[index]
      all[axis + rank] = pads[index + axes.count]
    }
    var inputs = node.inputs
    inputs[1] = .constant(try Tensor(all.map(Int64.init), shape: [all.count]))
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
