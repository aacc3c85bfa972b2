/// Numbers as people read them: few digits, a real minus sign, no exponents of the machine.
enum NumberText {
  /// With a number of decimals: `-0.50` becomes `−0.50`.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let factor = power(10, Double(decimals))
    let scaled = (abs(value) * factor).rounded()
    let whole = String(Int(scaled / factor))
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard decimals > 0 else { return sign + whole }
    let part = String(Int(scaled.truncatingRemainder(dividingBy: factor)))
    let zeros = String(repeating: "0", count: decimals - part.count)
    return "\(sign)\(whole).\(zeros)\(part)"
  }

  /// With three significant digits; very large and small ones as `1.23×10⁻⁵`.
  static func short(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    guard value.isFinite else { return "\(value)" }
    let exponent = decimalExponent(abs(value))
    if exponent < -4 || exponent > 5 {
      let mantissa = value / power(10, Double(exponent))
      return "\(fixed(mantissa, decimals: 2))×10\(superscript(exponent))"
    }
    return fixed(value, decimals: max(0, 2 - exponent))
  }

  /// A probability: `97.1 %`, `< 0.1 %`.
  static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    if share > 0 && share < 0.001 { return "< 0.1 %" }
    if share < 1 && share > 0.999 { return "> 99.9 %" }
    return "\(fixed(share * 100, decimals: 1)) %"
  }

  /// `10⁻⁵` has the superscript `⁻⁵`.
  static func superscript(_ number: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (number < 0 ? "⁻" : "")
      + String(String(number.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  /// A coordinate of a drawing: at most two decimals, a plain minus.
  static func coordinate(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
