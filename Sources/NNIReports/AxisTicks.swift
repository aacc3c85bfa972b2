/// Round numbers for a colour bar: steps of 1, 2 or 5 times a power of ten.
struct AxisTicks: Hashable {
  /// Where the ticks stand, in units of the values.
  var values: [Double]
  /// What is written below them.
  var labels: [String]
  /// The power of ten that the labels leave out, such as `×10⁻⁴`; empty when there is none.
  var factor: String

  /// At most seven ticks from `-limit` (or 0) to `limit`; 0 is always one.
  init(limit: Double, isSigned: Bool) {
    let exponent = decimalExponent(limit)
    let shift = (-3...3).contains(exponent) ? 0 : exponent
    let unit = power(10, Double(shift))
    let scaled = limit / unit
    // Two or three steps on each side of a signed bar, four to six on a bar of magnitudes.
    let wanted = isSigned ? 3.5 : 5.5
    let (step, decimals) = Self.step(atLeast: scaled / wanted)
    let count = Int(scaled / step * (1 + 1e-9))
    let steps = (isSigned ? -count : 0)...count
    values = steps.map { Double($0) * step * unit }
    labels = steps.map { NumberText.fixed(Double($0) * step, decimals: decimals) }
    labels = zip(steps, labels).map { $0 == 0 ? "0" : $1 }
    factor = shift == 0 ? "" : "×10" + NumberText.superscript(shift)
  }

  static func step(atLeast smallest: Double) -> (Double, decimals: Int) {
    let exponent = decimalExponent(smallest)
    let base = power(10, Double(exponent))
    let digit = [1.0, 2, 5].first { $0 * base >= smallest * (1 - 1e-9) }
    let decimals = max(0, -exponent - (digit == nil ? 1 : 0))
    return ((digit ?? 10) * base, decimals)
  }
}
