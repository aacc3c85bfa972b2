/// How the colours of natural images go together: a step along one of three independent axes is a step in
/// all of red, green and blue.
///
/// `rgb = M · u`, where `M Mᵀ` is proportional to the covariance of ImageNet's pixels. The numbers are
/// those of Lucid (`color_correlation_svd_sqrt` in `optvis/param/color.py`, Apache License 2.0), divided by
/// the largest length of a column, as there.
///
/// - Reference: Olah et al. 2017, *Feature Visualization*, “Preconditioning and Parameterization”
///   (`olah2017feature`).
enum ColorCorrelation {
  private static let root: [[Double]] = [
    [0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03],
  ]

  /// `M`, row by row.
  static let matrix: [[Double]] = {
    let lengths = (0..<3).map { column in
      root.reduce(0) { $0 + $1[column] * $1[column] }.squareRoot()
    }
    let largest = lengths.max() ?? 1
    return root.map { $0.map { $0 / largest } }
  }()

  /// `M⁻¹`, row by row, by Cramer's rule.
  static let inverse: [[Double]] = {
    let m = matrix
    func cofactor(_ i: Int, _ j: Int) -> Double {
      let (r0, r1, c0, c1) = ((i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3)
      return m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0]
    }
    let determinant = (0..<3).reduce(0) { $0 + m[0][$1] * cofactor(0, $1) }
    return (0..<3).map { i in (0..<3).map { j in cofactor(j, i) / determinant } }
  }()

  /// A matrix times the channels of `[N, 3, H, W]`; other numbers of channels stay as they are.
  static func applied(_ matrix: [[Double]], to values: Tensor, on canvas: ImageCanvas) throws
    -> Tensor
  {
    guard values.rank == 4, values.shape[1] == 3 else { return values }
    // Blue first: the same matrix with its rows or columns turned round is the matrix of turned channels.
    let rows = canvas.isBGR ? matrix.reversed().map { $0.reversed() } : matrix
    let weights = try Tensor(rows.flatMap { $0 }, shape: [3, 3], dtype: values.dtype)
      .moved(to: values.device)
    return try Tensor.call(
      "aten::matmul", .tensor(weights), .tensor(values.flattened(from: 2))
    ).reshaped(values.shape)
  }
}
