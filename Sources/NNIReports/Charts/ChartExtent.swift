/// The smallest and the largest of some values.
struct ChartExtent: Hashable {
  /// Infinite while there are none.
  private(set) var lower = Double.infinity
  /// Infinite while there are none.
  private(set) var upper = -Double.infinity

  var isEmpty: Bool { lower > upper }

  mutating func add(_ value: Double) {
    lower = min(lower, value)
    upper = max(upper, value)
  }

  /// The range of an axis: a little more than the values, so that no mark lies on the frame.
  ///
  /// Zero stays the end when no value lies beyond it: bars stand on the axis.
  func padded(isLogarithmic: Bool) -> (Double, Double) {
    guard !isEmpty else { return isLogarithmic ? (1, 10) : (0, 1) }
    let (lower, upper) = widened(self.lower, self.upper, isLogarithmic: isLogarithmic)
    if isLogarithmic {
      let factor = power(10, (logarithm10(upper) - logarithm10(lower)) * 0.04)
      return (lower / factor, upper * factor)
    }
    let space = (upper - lower) * 0.05
    return (lower == 0 ? 0 : lower - space, upper == 0 ? 0 : upper + space)
  }

  /// A range that numbers of double precision can divide: equal ends are moved apart.
  func widened(_ lower: Double, _ upper: Double, isLogarithmic: Bool) -> (Double, Double) {
    let magnitude = max(abs(lower), abs(upper))
    if isLogarithmic {
      guard upper < lower * (1 + 1e-6) else { return (lower, upper) }
      return (lower / 2, upper * 2)
    }
    guard upper - lower <= max(magnitude * 1e-9, 1 / ChartScale.largest) else {
      return (lower, upper)
    }
    if magnitude <= 1 / ChartScale.largest { return (0, 1) }
    return (lower - magnitude * 0.1, upper + magnitude * 0.1)
  }
}
