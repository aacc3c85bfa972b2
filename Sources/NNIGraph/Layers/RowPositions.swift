/// Constant positions in the first axes of each sample, as `GatherND` and `ScatterND` name rows.
enum RowPositions {
  /// Where positions are when their axes are taken as one.
  ///
  /// - Throws: ``InterpretabilityError`` when an axis has no such position.
  static func merged(_ positions: [[Int]], over extents: [Int]) throws -> [Int] {
    try positions.map { position in
      try zip(position, extents).reduce(0) { sum, pair in
        let index = pair.0 < 0 ? pair.0 + pair.1 : pair.0
        guard (0..<pair.1).contains(index) else {
          throw InterpretabilityError(
            .invalidInput, "there is no position \(position) in axes of extents \(extents)")
        }
        return sum * pair.1 + index
      }
    }
  }

  /// The positions in a table `[…, axes]`, the second input of a node.
  static func stated(_ table: Tensor, by node: OperatorNode) throws -> [[Int]] {
    guard let depth = table.shape.last, depth > 0, let values = try node.integers(1) else {
      throw node.unsupported("indices of shape \(table.shape)")
    }
    return stride(from: 0, to: values.count, by: depth).map { Array(values[$0..<($0 + depth)]) }
  }
}
