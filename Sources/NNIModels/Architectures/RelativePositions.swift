import Foundation

/// Where the tokens of a square window stand to each other, and the biases of attention that are learnt for that.
///
/// - Reference: Liu et al. 2021, *Swin Transformer*, section 3.2 (`liu2021swin`).
struct RelativePositions {
  /// Tokens along one side of the window.
  let side: Int

  /// How many different offsets there are: `(2 · side − 1)²`.
  var count: Int { (2 * side - 1) * (2 * side - 1) }

  /// The row of the table for each pair of tokens, the query's first.
  private var indices: [Int64] {
    let tokens = side * side
    return (0..<tokens * tokens).map { pair in
      let (query, key) = (pair / tokens, pair % tokens)
      let row = query / side - key / side + side - 1
      let column = query % side - key % side + side - 1
      return Int64(row * (2 * side - 1) + column)
    }
  }

  /// The biases `[1, heads, tokens, tokens]` of a table `[offsets, heads]`.
  func bias(_ table: Tensor) throws -> Tensor {
    let tokens = side * side
    let list = try Tensor(indices, shape: [tokens * tokens])
    return try Tensor.call("aten::index_select", .tensor(table), .int(0), .tensor(list))
      .reshaped([tokens, tokens, table.shape[1]]).permuted([2, 0, 1]).unsqueezed(0)
  }

  /// The offsets on a logarithmic scale, `sign(Δ) · log₂(1 + |Δ|) / log₂ 8` with Δ between −8 and 8, as rows and
  /// columns alternately.
  ///
  /// - Reference: Liu et al. 2022, *Swin Transformer V2*, equation 4 (`liu2022swin`); the factor of 8 is the
  ///   authors' code's.
  var logarithmicOffsets: [Double] {
    let scaled = (0..<2 * side - 1).map { index -> Double in
      let offset = 8 * Double(index - side + 1) / Double(side - 1)
      let value = log2(abs(offset) + 1) / 3
      // Files store this table as float32.
      return Double(Float(offset < 0 ? -value : value))
    }
    return scaled.flatMap { row in scaled.flatMap { [row, $0] } }
  }
}
