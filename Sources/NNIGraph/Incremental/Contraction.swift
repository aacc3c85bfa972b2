/// A product of two computed values, summed over some axes: `MatMul`, `Einsum`.
struct Contraction {
  /// A label for each axis of both operands.
  let operands: [[String]]
  /// The labels of the value's axes.
  let result: [String]

  /// Reads a layer; `nil` for others, and for products whose operands differ in their number of axes.
  init?(of layer: any Layer, _ shapes: [[Int]]) throws {
    guard shapes.count == 2 else { return nil }
    switch layer {
    case is MatrixProductLayer:
      let rank = shapes[0].count
      guard rank >= 3, shapes[1].count == rank else { return nil }
      let outer = (0..<rank - 2).map { "\($0)" }
      operands = [outer + ["row", "inner"], outer + ["inner", "column"]]
      result = outer + ["row", "column"]
    case let layer as EinsumLayer:
      let sides = layer.equation.filter { $0 != " " }.split(separator: "-", maxSplits: 1)
      guard sides.count == 2, sides[1].hasPrefix(">") else { return nil }
      operands = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.map(String.init) }
      result = sides[1].dropFirst().map(String.init)
      let isPlain = (operands + [result]).allSatisfy { labels in
        Set(labels).count == labels.count && labels.allSatisfy { $0 != "." }
      }
      guard isPlain, operands.count == 2,
        zip(operands, shapes).allSatisfy({ $0.count == $1.count }),
        // The samples are the first axis of each.
        operands[0].first == result.first, operands[1].first == result.first
      else { return nil }
    default: return nil
    }
  }

  /// The axes of an operand that are summed over.
  func summed(_ operand: Int) -> [Int] {
    operands[operand].indices.filter { !result.contains(operands[operand][$0]) }
  }
}
