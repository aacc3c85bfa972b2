/// Norms, enlargements and windows of images whose first axis holds others of the same sample beside the samples: frames of a
/// film, crops of a picture, windows.
extension ONNXImporter {
  /// The operator for each of those images alone, whose value `[N, R, C, …]` the graph has: what treats channels alone
  /// takes them as channels.
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
    case "GroupNormalization", "InstanceNormalization", "Resize", "Upsample":
      return (try rowChannels(node, shape), place)
    case "AveragePool", "Conv", "ConvTranspose", "MaxPool":
      return (try rowChannels(node, shape), place)
    default: return nil
    }
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
    if node.type.hasPrefix("Conv") {
      // Each image has the weights in groups of its own.
      for position in 1..<inputs.count {
        guard case .constant(let values) = inputs[position] else { continue }
        guard values.count <= TensorSize.limit / rows else {
          throw node.unsupported("\(rows) images of each sample with \(values.count) weights")
        }
        let repeats = [rows] + values.shape.dropFirst().map { _ in 1 }
        inputs[position] = .constant(try .call("aten::repeat", .tensor(values), .ints(repeats)))
      }
      attributes["group"] = .int(try node.int("group", default: 1) * rows)
    }
    if node.type == "Resize", inputs.count > 3, var sizes = try node.integers(3),
      sizes.count == shape.count - 1
    {
      (sizes[0], sizes[1]) = (batch, rows * channels)
      inputs[3] = .constant(try Tensor(sizes.map(Int64.init), shape: [sizes.count]))
    }
    let result = try helper(node, "rows", node.type, inputs, attributes)
    let made = try shapes.shape(of: result, in: graph, for: node)
    let whole = [-1, rows, made[1] / rows] + made.dropFirst(2)
    return OperatorNode(
      id: node.id, type: "Reshape", version: node.version,
      inputs: [
        .node(result), .constant(try Tensor(whole.map(Int64.init), shape: [whole.count])),
      ], attributes: [:])
  }
}
