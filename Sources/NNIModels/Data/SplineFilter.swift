/// The coefficients of the cubic B-spline through the samples of an axis.
enum SplineFilter {
  /// The matrix `P`, `[n, n]` in float64, with coefficients `c = P s` of samples `s`.
  ///
  /// It is the inverse of `(c[i−1] + 4 c[i] + c[i+1]) / 6 = s[i]`, with coefficients beyond the ends
  /// mirrored at the first and last one. SciPy computes the same by a recursive filter.
  ///
  /// - Reference: M. Unser 1999, *Splines: A Perfect Fit for Signal and Image Processing*, box 2
  ///   (`unser1999splines`).
  static func matrix(extent n: Int) throws -> Tensor {
    guard n > 1 else { return try Tensor([1.0], shape: [n, n]) }
    // Thomas's elimination of the tridiagonal system for all unit vectors at once. The mirror doubles the
    // off-diagonal entry of the first and the last row.
    func above(_ row: Int) -> Double { row == 0 ? 2 : 1 }
    func below(_ row: Int) -> Double { row == n - 1 ? 2 : 1 }
    var ratios = [Double](repeating: 0, count: n)
    var solution = [Double](repeating: 0, count: n * n)
    for row in 0..<n {
      let pivot = row == 0 ? 4 : 4 - below(row) * ratios[row - 1]
      ratios[row] = above(row) / pivot
      for column in 0...row {
        let previous = row == 0 ? 0 : solution[(row - 1) * n + column]
        let own: Double = column == row ? 6 : 0
        solution[row * n + column] = (own - (row == 0 ? 0 : below(row)) * previous) / pivot
      }
    }
    for row in stride(from: n - 2, through: 0, by: -1) {
      for column in 0..<n {
        solution[row * n + column] -= ratios[row] * solution[(row + 1) * n + column]
      }
    }
    return try Tensor(solution, shape: [n, n])
  }
}
