/// Values as places along one direction of a drawing.
struct ChartScale: Hashable {
  /// The largest magnitude that is drawn; its square root and its inverse are ordinary numbers.
  static let largest = 1e280

  var isLogarithmic: Bool
  /// The value at the start.
  var lower: Double
  /// The value at the end; larger.
  var upper: Double
  /// The place of the lower value.
  var start: Double
  /// The place of the upper value.
  var end: Double

  /// The place of a value; infinities lie at the ends, and far beyond them nothing is told apart.
  func position(of value: Double) -> Double {
    if value == -.infinity { return start }
    if value == .infinity { return end }
    let share = min(max(self.share(of: value), -1000), 1001)
    return start + (end - start) * share
  }

  /// The value at a place.
  func value(at position: Double) -> Double {
    let share = (position - start) / (end - start)
    if isLogarithmic {
      let (first, last) = (logarithm10(lower), logarithm10(upper))
      return power(10, first + (last - first) * share)
    }
    return lower + (upper - lower) * share
  }

  /// Whether a value lies between the ends, up to rounding.
  func contains(_ value: Double) -> Bool {
    let share = self.share(of: value)
    return share >= -1e-9 && share <= 1 + 1e-9
  }

  private func share(of value: Double) -> Double {
    guard isLogarithmic else { return (value - lower) / (upper - lower) }
    guard value > 0 else { return -1000 }
    return (logarithm10(value) - logarithm10(lower)) / (logarithm10(upper) - logarithm10(lower))
  }
}
