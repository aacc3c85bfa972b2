extension AxisTicks {
  /// At most `limit` round numbers within a range, which need not hold zero.
  init(over scale: ChartScale, limit: Int, format: ChartAxis.Format) {
    self =
      scale.isLogarithmic
      ? Self.logarithmic(from: scale.lower, to: scale.upper, limit: limit, format: format)
      : Self.linear(from: scale.lower, to: scale.upper, limit: limit, format: format)
  }

  init(_ values: [Double], _ labels: [String], factor: String = "") {
    self.values = values
    self.labels = labels
    self.factor = factor
  }

  private static func linear(
    from lower: Double, to upper: Double, limit: Int, format: ChartAxis.Format
  ) -> AxisTicks {
    let exponent = decimalExponent(max(abs(lower), abs(upper)))
    let isOrdinary = (-3...4).contains(exponent)
    // A share or an angle far from what one is has no better form than any number.
    let format = isOrdinary || format == .whole ? format : .plain
    let isShifted = !isOrdinary
    let unit = format == .percent ? 0.01 : isShifted ? power(10, Double(exponent)) : 1
    let (first, last) = (lower / unit, upper / unit)
    guard first.isFinite, last.isFinite, max(abs(first), abs(last)) < 1e14 else {
      return AxisTicks([lower, upper], [NumberText.short(lower), NumberText.short(upper)])
    }
    // A step that is too fine by rounding is taken one size larger.
    var wanted = Double(max(limit, 2))
    let stepFormat = isShifted ? .plain : format
    var (step, decimals) = roundStep(atLeast: (last - first) / wanted, stepFormat)
    while steps(first, last, step).count > max(limit, 2) {
      wanted *= 0.8
      (step, decimals) = roundStep(atLeast: (last - first) / wanted, stepFormat)
    }
    let suffix = format == .percent ? " %" : format == .degrees ? "°" : ""
    let numbers = steps(first, last, step).map { Double($0) * step }
    return AxisTicks(
      numbers.map { $0 * unit },
      numbers.map { ($0 == 0 ? "0" : NumberText.fixed($0, decimals: min(decimals, 15))) + suffix },
      factor: isShifted ? "×10" + NumberText.superscript(exponent) : "")
  }

  /// The smallest round step that is not smaller than a number.
  private static func roundStep(
    atLeast smallest: Double, _ format: ChartAxis.Format
  ) -> (Double, decimals: Int) {
    switch format {
    case .plain, .percent: break
    case .whole: if smallest <= 1 { return (1, 0) }
    case .degrees:
      let steps = [5.0, 10, 15, 30, 45, 60, 90, 180, 360]
      if smallest > 2, let step = steps.first(where: { $0 >= smallest }) { return (step, 0) }
    }
    return step(atLeast: smallest)
  }

  /// The multiples of a step within a range.
  private static func steps(_ lower: Double, _ upper: Double, _ step: Double) -> [Int] {
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    return first <= last ? Array(Int(first)...Int(last)) : []
  }

  private static func logarithmic(
    from lower: Double, to upper: Double, limit: Int, format: ChartAxis.Format
  ) -> AxisTicks {
    let first = Int((logarithm10(lower) - 1e-9).rounded(.up))
    let last = Int((logarithm10(upper) + 1e-9).rounded(.down))
    let decades = first <= last ? Array(first...last) : []
    let isPlain = first >= -4 && last <= 5
    if decades.count > limit || (!isPlain && decades.count >= 2) {
      return powers(decades, limit: max(limit, 2), format: format)
    }
    // As many digits of each decade as there is room for.
    for digits in [[1.0, 2, 5], [1, 3], [1]] where isPlain || format == .percent {
      let places = (first - 1...last + 1).flatMap { exponent in
        digits.map { (exponent: exponent, digit: $0) }
      }
      .filter {
        let value = $0.digit * power(10, Double($0.exponent))
        return value >= lower * (1 - 1e-9) && value <= upper * (1 + 1e-9)
      }
      guard places.count >= 2, places.count <= limit else { continue }
      return AxisTicks(
        places.map { $0.digit * power(10, Double($0.exponent)) },
        places.map { plain($0.exponent, $0.digit, format) })
    }
    return linear(from: lower, to: upper, limit: min(limit, 4), format: format)
  }

  /// Powers of ten, with every second, third, fifth, tenth … exponent where there are many.
  private static func powers(
    _ exponents: [Int], limit: Int, format: ChartAxis.Format
  ) -> AxisTicks {
    var shown = exponents
    for stride in [1, 2, 3, 5, 10, 20, 50, 100, 200] {
      shown = exponents.filter { $0 % stride == 0 }
      if shown.count <= limit { break }
    }
    let isLong = (exponents.first ?? 0) < -3 || (exponents.last ?? 0) > 4
    return AxisTicks(
      shown.map { power(10, Double($0)) },
      shown.map { exponent in
        isLong && format != .percent
          ? "10" + NumberText.superscript(exponent) : plain(exponent, 1, format)
      })
  }

  private static func plain(_ exponent: Int, _ digit: Double, _ format: ChartAxis.Format) -> String
  {
    let shifted = format == .percent ? exponent + 2 : exponent
    let value = digit * power(10, Double(shifted))
    guard (-9...9).contains(shifted) else { return "10" + NumberText.superscript(exponent) }
    return NumberText.fixed(value, decimals: max(0, -shifted)) + (format == .percent ? " %" : "")
  }
}
