internal import Foundation

/// How an integral over 0…1 becomes a weighted sum.
public enum Quadrature: String, Sendable, CaseIterable {
  /// Exact for polynomials up to degree `2n − 1`.
  case gaussLegendre = "gauss-legendre"
  /// End points included, with half weight; distance `1/(n − 1)`.
  case trapezoid
  case midpoint, left, right

  /// `count` nodes with their weights, which sum to 1.
  public func nodes(_ count: Int) -> [(position: Double, weight: Double)] {
    precondition(count > 0, "a sum needs at least one node")
    let n = Double(count)
    switch self {
    case .gaussLegendre: return Self.gaussLegendreNodes(count)
    case .trapezoid where count == 1: return [(0.5, 1)]
    case .trapezoid:
      let step = 1 / (n - 1)
      return (0..<count).map { (Double($0) * step, $0 == 0 || $0 == count - 1 ? step / 2 : step) }
    case .midpoint: return (0..<count).map { ((Double($0) + 0.5) / n, 1 / n) }
    case .left: return (0..<count).map { (Double($0) / n, 1 / n) }
    case .right: return (0..<count).map { (Double($0 + 1) / n, 1 / n) }
    }
  }

  /// Roots of Legendre's polynomial by Newton's method, weights `2 / ((1 − x²) P′(x)²)`, both mapped
  /// from −1…1 to 0…1 (Abramowitz and Stegun, 25.4.29).
  private static func gaussLegendreNodes(_ count: Int) -> [(position: Double, weight: Double)] {
    (0..<count).map { index in
      // The usual first guess, accurate enough for Newton to find this root and no other.
      var x = -cos(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, value) = (1.0, x)
        for k in stride(from: 2.0, through: Double(count), by: 1) {
          (previous, value) = (value, ((2 * k - 1) * x * value - (k - 1) * previous) / k)
        }
        slope = Double(count) * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      return ((1 + x) / 2, 1 / ((1 - x * x) * slope * slope))
    }
  }
}
