/// Convolution and pooling of values whose first axis holds the samples beside other elements, such as the frames of a
/// film that are folded into the batch: over one more axis, along which the window has extent 1.
///
/// So the layers stay those whose rules are known.
extension ONNXImporter {
  static let windowed: Set<String> = ["AveragePool", "Conv", "ConvTranspose", "MaxPool"]

  /// The node over frames; `nil` where the samples are the first axis, or alone in it.
  mutating func overFrames(_ node: OperatorNode) throws -> OperatorNode? {
    guard case .node(let source)? = node.inputs.first else { return nil }
    let place = samplePlace(of: source)
    guard !place.isOwn, place.axis == 0, batch == 1,
      try closed(source, for: node) == nil
    else { return nil }
    let rank = try axisCount(of: source, for: node)
    guard rank > 2 else { return nil }
    if node.type.hasPrefix("Global") {
      let axes = try Tensor((2..<rank).map { Int64($0) }, shape: [rank - 2])
      return OperatorNode(
        id: node.id, type: node.type == "GlobalMaxPool" ? "ReduceMax" : "ReduceMean", version: 18,
        inputs: [node.inputs[0], .constant(axes)], attributes: ["keepdims": .int(1)])
    }
    // Windows of three axes have no room for one more: they take the frames as channels, see ``placedRows(_:)``.
    guard rank <= 4 else { return nil }
    let zero = OperatorNode.Input.constant(try Tensor([Int64(0)], shape: [1]))
    let order = [0, 2, 1] + Array(3...rank)
    let one = try helper(node, "one", "Unsqueeze", [node.inputs[0], zero], version: 17)
    let turned = try helper(node, "turned", "Transpose", [.node(one)], ["perm": .ints(order)])
    var inputs = node.inputs
    inputs[0] = .node(try closed(turned, for: node) ?? turned)
    if node.type.hasPrefix("Conv"), case .constant(let weight) = inputs[1] {
      inputs[1] = .constant(try weight.unsqueezed(2))
    }
    let made = try helper(
      node, "frames", node.type, inputs, Self.withFrames(node.attributes), version: node.version)
    let back = try helper(node, "back", "Transpose", [.node(made)], ["perm": .ints(order)])
    return OperatorNode(
      id: node.id, type: "Squeeze", version: 17, inputs: [.node(back), zero], attributes: [:])
  }

  /// Settings for one more axis before the others.
  private static func withFrames(
    _ attributes: [String: OperatorNode.Attribute]
  ) -> [String: OperatorNode.Attribute] {
    var result = attributes
    for (name, first) in [
      ("kernel_shape", 1), ("strides", 1), ("dilations", 1), ("output_padding", 0),
    ] {
      if case .ints(let values)? = attributes[name] { result[name] = .ints([first] + values) }
    }
    if case .ints(let pads)? = attributes["pads"] {
      let half = pads.count / 2
      result["pads"] = .ints([0] + pads[..<half] + [0] + pads[half...])
    }
    return result
  }
}
