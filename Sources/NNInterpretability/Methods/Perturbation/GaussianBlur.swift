internal import Foundation

/// A Gaussian blur over all spatial axes: `y_i = Σ_j exp(−(i − j)² / 2σ²) x_j / Σ_j exp(−(i − j)² / 2σ²)`
/// along each axis.
///
/// The sums run over the elements that exist, so that a constant stays what it is up to the border.
struct GaussianBlur: Sendable {
  /// σ, in elements.
  let deviation: Double

  /// `[N, C, …]` blurred along every axis after the channel axis.
  func blurred(_ input: Tensor) throws -> Tensor {
    var result = input
    for axis in 2..<input.rank {
      let matrix = try weights(input.shape[axis], like: input)
      let last = input.rank - 1
      result = try Tensor.call(
        "aten::matmul", .tensor(result.transposed(axis, last)), .tensor(matrix)
      ).transposed(axis, last)
    }
    return result
  }

  /// `[j, i]`: how much element `j` counts for element `i`.
  private func weights(_ extent: Int, like input: Tensor) throws -> Tensor {
    var weights = [Double](repeating: 0, count: extent * extent)
    for i in 0..<extent {
      let column = (0..<extent).map { j in
        let distance = Double(i - j) / deviation
        return exp(-distance * distance / 2)
      }
      let total = column.reduce(0, +)
      for j in 0..<extent { weights[j * extent + i] = column[j] / total }
    }
    return try Tensor(weights, shape: [extent, extent], dtype: input.dtype).moved(to: input.device)
  }
}
