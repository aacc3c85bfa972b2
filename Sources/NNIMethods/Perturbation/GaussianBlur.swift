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
    try input.mixedAlongAxes(by: weights)
  }

  /// `[j, i]`, row by row: how much element `j` counts for element `i`.
  private func weights(_ extent: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: extent * extent)
    for i in 0..<extent {
      let column = (0..<extent).map { j in
        let distance = Double(i - j) / deviation
        return exp(-distance * distance / 2)
      }
      let total = column.reduce(0, +)
      for j in 0..<extent { weights[j * extent + i] = column[j] / total }
    }
    return weights
  }
}

extension Tensor {
  /// Along every axis after the channel axis each element becomes a weighted sum of all.
  ///
  /// - Parameter weights: For the number of elements along an axis how much element `j` counts for element
  ///   `i`, `[j, i]` row by row.
  /// - Returns: A tensor of the same shape.
  /// - Throws: `TorchError` when the weights are not as many.
  func mixedAlongAxes(by weights: (Int) -> [Double]) throws -> Tensor {
    var result = self
    let last = rank - 1
    for axis in 2..<rank {
      let extent = shape[axis]
      let matrix = try Tensor(weights(extent), shape: [extent, extent], dtype: dtype)
        .moved(to: device)
      result = try Tensor.call(
        "aten::matmul", .tensor(result.transposed(axis, last)), .tensor(matrix)
      ).transposed(axis, last)
    }
    return result
  }
}
