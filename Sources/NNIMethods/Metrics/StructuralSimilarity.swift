internal import Foundation

/// How alike two images look: the mean of the structural similarity over all windows.
///
/// `(2 μ_x μ_y + C_1)(2 σ_xy + C_2) / ((μ_x² + μ_y² + C_1)(σ_x² + σ_y² + C_2))` with Gaussian windows of 11 × 11
/// and σ = 1.5 that lie wholly inside, `C_1 = 0.01²`, `C_2 = 0.03²` for images in 0…1.
///
/// - Reference: Wang et al. 2004, *Image Quality Assessment: From Error Visibility to Structural
///   Similarity*, equation 13 (`wang2004image`).
enum StructuralSimilarity {
  private static let side = 11

  /// The similarity of two images in 0…1, row by row; `nil` for images smaller than a window.
  static func mean(_ first: [Double], _ second: [Double], height: Int, width: Int) throws -> Double?
  {
    guard height >= side, width >= side else { return nil }
    func image(_ values: [Double]) throws -> Tensor {
      try Tensor(values, shape: [1, 1, height, width])
    }
    let (x, y) = (try image(first), try image(second))
    let stack = try smoothed(.concatenated([x, y, x * x, y * y, x * y], axis: 0))
    func part(_ index: Int) throws -> Tensor { try stack.selected(axis: 0, index: index) }
    let (meanX, meanY) = (try part(0), try part(1))
    let product = try meanX * meanY
    let squares = try meanX.squared() + meanY.squared()
    let variances = try part(2) + part(3) - squares
    let covariance = try part(4) - product
    let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
    let similarity =
      try ((product * 2 + c1) * (covariance * 2 + c2)) / ((squares + c1) * (variances + c2))
    return try similarity.sum().item() / Double(similarity.count)
  }

  /// Weighted means over windows that lie wholly inside.
  private static func smoothed(_ images: Tensor) throws -> Tensor {
    let weights = (0..<side).map { exp(-pow(Double($0 - side / 2), 2) / (2 * 1.5 * 1.5)) }
    let total = weights.reduce(0, +)
    let kernel = try Tensor(weights.map { $0 / total }, shape: [side])
    func convolved(_ images: Tensor, _ shape: [Int]) throws -> Tensor {
      try ConvolutionLayer(weight: kernel.reshaped([1, 1] + shape)).forward([images])
    }
    return try convolved(convolved(images, [side, 1]), [1, side])
  }
}
