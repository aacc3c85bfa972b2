/// Positions of affine maps.
extension ONNXImporter {
  /// `AffineGrid` as a product of known positions and the maps `[N, 2, 3]` or `[N, 3, 4]`.
  mutating func affineGrid(_ node: OperatorNode) throws -> OperatorNode {
    guard let size = try node.integers(1), [4, 5].contains(size.count),
      case .node? = node.inputs.first
    else { throw node.unsupported("a size that is not known, or none of an image or a volume") }
    let extents = try node.checked(Array(size.dropFirst(2)))
    let alignsCorners = try node.int("align_corners", default: 0) != 0
    let count = extents.count
    let same = try Tensor(
      (0..<(count * (count + 1))).map { $0 / (count + 1) == $0 % (count + 1) ? 1.0 : 0 },
      shape: [1, count, count + 1], dtype: .float64)
    let positions = try Tensor.call(
      "aten::affine_grid_generator", .tensor(same), .ints([1, 1] + extents), .bool(alignsCorners)
    ).reshaped([1, extents.reduce(1, *), count])
    let ones = try Tensor.full([1, positions.shape[1], 1], 1, dtype: .float64)
    let known = try Tensor.concatenated([positions, ones], axis: 2)
    let maps = try helper(
      node, "maps", "Transpose", [node.inputs[0]], ["perm": .ints([0, 2, 1])])
    let places = try helper(node, "positions", "MatMul", [.constant(known), .node(maps)])
    let shape = [size[0]] + extents + [count]
    return OperatorNode(
      id: node.id, type: "Reshape", version: node.version,
      inputs: [
        .node(places), .constant(try Tensor(shape.map(Int64.init), shape: [shape.count])),
      ], attributes: [:])
  }
}
