/// The minimum of a smooth function: L-BFGS with a backtracking line search.
///
/// - Reference: Liu and Nocedal 1989, algorithm 2.1 (`liu1989limited`); the line search is Armijo's, and a
///   pair without positive curvature is left out, so that the directions always descend.
struct LimitedMemoryBFGS {
  /// How many pairs of steps and slopes are kept.
  var memory = 10
  var mostSteps = 1000
  /// The largest magnitude of the gradient's elements at which the search ends.
  var tolerance = 1e-10

  /// Where a function is smallest.
  func minimum(
    from start: [Double], _ function: ([Double]) -> (value: Double, gradient: [Double])
  ) -> (point: [Double], value: Double, isAtMinimum: Bool) {
    var point = start
    var (value, gradient) = function(point)
    var pairs: [(step: [Double], change: [Double], product: Double)] = []
    func isFlat() -> Bool { gradient.allSatisfy { abs($0) <= tolerance } }
    for _ in 0..<mostSteps {
      if isFlat() { return (point, value, true) }
      var direction = descent(gradient, pairs)
      var slope = dot(direction, gradient)
      if slope >= 0 {
        pairs = []
        direction = gradient.map { -$0 }
        slope = dot(direction, gradient)
      }
      var length = pairs.isEmpty ? min(1, 1 / max(dot(gradient, gradient).squareRoot(), 1e-300)) : 1
      var next = (point: point, value: value, gradient: gradient)
      var isLower = false
      for _ in 0..<60 {
        let trial = zip(point, direction).map { $0 + length * $1 }
        let (trialValue, trialGradient) = function(trial)
        // Where rounding hides what the value gains, the slope along the direction decides.
        let isLess = trialValue < value && trialValue <= value + 1e-4 * length * slope
        let isFlatter =
          trialValue <= value + 1e-14 * max(1, abs(value))
          && abs(dot(direction, trialGradient)) <= 0.9 * abs(slope)
        if isLess || isFlatter {
          next = (trial, trialValue, trialGradient)
          isLower = true
          break
        }
        length /= 2
      }
      // Nothing more can be gained in double precision.
      guard isLower else { return (point, value, gradient.allSatisfy { abs($0) <= 1e-6 }) }
      let step = zip(next.point, point).map { $0 - $1 }
      let change = zip(next.gradient, gradient).map { $0 - $1 }
      let product = dot(step, change)
      if product > 1e-14 * dot(change, change) {
        pairs.append((step, change, product))
        if pairs.count > memory { pairs.removeFirst() }
      }
      (point, value, gradient) = (next.point, next.value, next.gradient)
    }
    return (point, value, isFlat())
  }

  /// `−H g` by the two loops of the algorithm.
  private func descent(
    _ gradient: [Double], _ pairs: [(step: [Double], change: [Double], product: Double)]
  ) -> [Double] {
    var q = gradient
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = dot(pair.step, q) / pair.product
      factors.append(factor)
      for index in q.indices { q[index] -= factor * pair.change[index] }
    }
    if let last = pairs.last {
      let scale = last.product / dot(last.change, last.change)
      for index in q.indices { q[index] *= scale }
    }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      let other = dot(pair.change, q) / pair.product
      for index in q.indices { q[index] += (factor - other) * pair.step[index] }
    }
    return q.map { -$0 }
  }

  private func dot(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
