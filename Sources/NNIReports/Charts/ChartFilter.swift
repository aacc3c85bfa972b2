/// Leaves out what the axes do not take, and says how much and why.
struct ChartFilter {
  var x: ChartAxis
  var y: ChartAxis
  /// How many values were left out.
  private(set) var leftOut = 0
  private var isNotFinite = false
  private var isTooLarge = false
  private var isNotPositive = false

  init(x: ChartAxis, y: ChartAxis) {
    self.x = x
    self.y = y
  }

  /// Whether a point can be drawn.
  mutating func takes(_ place: ChartPlace) -> Bool {
    if x.takes(place.x) && y.takes(place.y) { return true }
    leftOut += 1
    if !place.x.isFinite || !place.y.isFinite {
      isNotFinite = true
    } else if max(abs(place.x), abs(place.y)) > ChartScale.largest {
      isTooLarge = true
    } else {
      isNotPositive = true
    }
    return false
  }

  /// A sentence about what was left out; nothing when all was drawn.
  var note: String? {
    guard leftOut > 0 else { return nil }
    let reasons = [
      isNotFinite ? "not finite" : nil, isTooLarge ? "beyond ±10²⁸⁰" : nil,
      isNotPositive ? "not positive on a logarithmic axis" : nil,
    ]
    return "\(leftOut) value\(leftOut == 1 ? " is" : "s are") left out: "
      + reasons.compactMap(\.self).joined(separator: ", or ") + "."
  }
}
