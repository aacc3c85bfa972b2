/// Borders that repeat the value from its other end.
extension ONNXImporter {
  /// `Pad` of the mode `wrap`: along each axis the end before and the beginning after.
  mutating func wrapped(_ node: OperatorNode) throws -> OperatorNode {
    guard node.type == "Pad", try node.string("mode", default: "constant") == "wrap",
      case .node(var value)? = node.inputs.first, var widths = try node.integers(1)
    else { return node }
    let shape = try fileShape(of: value, for: node)
    if let axes = try node.integers(3), widths.count == 2 * axes.count {
      var all = [Int](repeating: 0, count: 2 * shape.count)
      for (index, stated) in axes.enumerated() {
        let axis = try node.axis(stated, rank: shape.count)
        all[axis] = widths[index]
        all[axis + shape.count] = widths[index + axes.count]
      }
      widths = all
    }
    guard widths.count == 2 * shape.count else {
      throw node.unsupported("widths \(widths) for a value of \(shape.count) axes")
    }
    func list(_ number: Int) throws -> OperatorNode.Input {
      .constant(try Tensor([Int64(number)], shape: [1]))
    }
    for (axis, extent) in shape.enumerated() {
      let (before, after) = (widths[axis], widths[axis + shape.count])
      guard before != 0 || after != 0 else { continue }
      guard (0...extent).contains(before), (0...extent).contains(after) else {
        throw node.unsupported("a border of \(before) and \(after) around \(extent) elements")
      }
      func part(_ name: String, _ start: Int, _ end: Int) throws -> OperatorNode.Input {
        .node(
          try helper(
            node, "\(name) \(axis)", "Slice",
            [.node(value), list(start), list(end), list(axis)]))
      }
      var parts: [OperatorNode.Input] = [.node(value)]
      if before > 0 { parts.insert(try part("before", extent - before, extent), at: 0) }
      if after > 0 { parts.append(try part("after", 0, after)) }
      value = try helper(node, "wrapped \(axis)", "Concat", parts, ["axis": .int(axis)])
    }
    return OperatorNode(
      id: node.id, type: "Identity", version: node.version, inputs: [.node(value)], attributes: [:])
  }
}
