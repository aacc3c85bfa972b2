/// Operators of images whose first axis holds others of the same sample beside the samples: frames of a film, crops of
/// a picture, windows.
extension ONNXImporter {
  /// The operator for each of those images alone, whose value `[N, R, C, …]` the graph has.
  ///
  /// A convolution takes them as an axis more, along which its windows have extent 1. What treats channels alone takes
  /// them as channels.
  ///
  /// - Returns: `nil` for an operator that is not known to do so.
  mutating func placedRows(
    _ node: OperatorNode
  ) throws -> (node: OperatorNode, place: SamplePlace)? {
    let source = node.sources[0]
    let place = samplePlace(of: source)
    guard place.axis == 0, !place.isOwn, node.sources.count == 1 else { return nil }
    let shape = try shapes.shape(of: source, in: graph, for: node)
    guard shape.count > 3 else { return nil }
    switch node.type {
    case "Conv", "ConvTranspose":
      return try rowConvolution(node, shape).map { ($0, place) }
    case "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "InstanceNormalization", "MaxPool",
      "GroupNormalization", "Resize", "Upsample":
      return (try rowChannels(node, shape), place)
    default: return nil
    }
  }

  private mutating func rowConvolution(
    _ node: OperatorNode, _ shape: [Int]
  ) throws -> OperatorNode? {
    let weight = try node.requiredConstant(1, "weight")
    guard weight.rank + 1 == shape.count, (3...4).contains(weight.rank),
      node.attributes["output_shape"] == nil
    else { return nil }
    var attributes = node.attributes
    for (name, value) in [
      ("kernel_shape", 1), ("strides", 1), ("dilations", 1), ("output_padding", 0),
    ] {
      if let stated = try node.ints(name) { attributes[name] = .ints([value] + stated) }
    }
    if let pads = try node.ints("pads") {
      let half = pads.count / 2
      attributes["pads"] = .ints([0] + pads[..<half] + [0] + pads[half...])
    }
    let order = [0, 2, 1] + Array(3..<shape.count)
    let turned = try added(TransposeLayer(order), to: node.sources[0], "rows", SamplePlace())
    var inputs = node.inputs
    inputs[0] = .node(turned)
    inputs[1] = .constant(try weight.unsqueezed(2))
    let result = try helper(node, "rows", node.type, inputs, attributes)
    return OperatorNode(
      id: node.id, type: "Transpose", version: node.version, inputs: [.node(result)],
      attributes: ["perm": .ints(order)])
  }

  private mutating func rowChannels(
    _ node: OperatorNode, _ shape: [Int]
  ) throws -> OperatorNode {
    let (rows, channels) = (shape[1], shape[2])
    let merged = try added(
      ReshapeLayer([rows * channels] + shape.dropFirst(3)), to: node.sources[0], "row channels",
      SamplePlace())
    var (inputs, attributes) = (node.inputs, node.attributes)
    inputs[0] = .node(merged)
    if node.type.hasSuffix("Normalization") {
      for position in 1..<inputs.count {
        guard case .constant(let values) = inputs[position] else { continue }
        inputs[position] = .constant(
          try .call("aten::repeat", .tensor(values), .ints([rows])))
      }
      if let groups = try node.attributes["num_groups"].map({ _ in
        try node.int("num_groups", default: 1)
      }) {
        attributes["num_groups"] = .int(groups * rows)
      }
    }
    if node.type == "Resize", inputs.count > 3, var sizes = try node.integers(3),
      sizes.count == shape.count - 1
    {
      (sizes[0], sizes[1]) = (batch, rows * channels)
      inputs[3] = .constant(try Tensor(sizes.map(Int64.init), shape: [sizes.count]))
    }
    let result = try helper(node, "rows", node.type, inputs, attributes)
    let extents = try shapes.shape(of: result, in: graph, for: node).dropFirst(2)
    let whole = [-1, rows, channels] + extents
    return OperatorNode(
      id: node.id, type: "Reshape", version: node.version,
      inputs: [
        .node(result), .constant(try Tensor(whole.map(Int64.init), shape: [whole.count])),
      ], attributes: [:])
  }
}
