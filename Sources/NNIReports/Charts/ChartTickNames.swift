/// How the names of categories stand below the x axis.
struct ChartTickNames {
  /// Whether they are turned, because they do not fit side by side.
  var isTilted = false
  /// The height of numbers or names.
  var height: Double
  /// The widest text; longer ones are cut.
  var longest = 120.0
  /// How far a turned name reaches to the left of its place.
  var overhang = 0.0
  /// How far apart names must stand.
  var spacing = 0.0

  init(_ axis: ChartAxis, style: ChartStyle, width: Double) {
    height = style.tickSize
    guard case .categories(let names) = axis.scale, !names.isEmpty else { return }
    let slot = width / Double(names.count)
    let widest = names.map { TextMetrics.width($0, size: style.tickSize) }.max() ?? 0
    guard widest > slot - 6 else { return }
    let angle = ChartLayout.tilt * .pi / 180
    isTilted = true
    longest = min(widest + 1, 110)
    height = longest * power(1 - power(cosine(angle), 2), 0.5) + style.tickSize
    // A turned line of text takes its height divided by the sine of the angle.
    spacing = (style.tickSize + 3) / power(1 - power(cosine(angle), 2), 0.5)
    overhang = max(longest * cosine(angle) - slot / 2 + 6, 0)
  }
}

extension ChartAxis {
  /// The ticks of the axis, with labels no longer than a limit.
  ///
  /// Of many names every second, third … is written, so that they stand `spacing` apart.
  func ticks(
    on scale: ChartScale, limit: Int, longest: Double, size: Double, spacing: Double
  ) -> AxisTicks {
    guard case .categories(let names) = self.scale else {
      return AxisTicks(over: scale, limit: limit, format: format)
    }
    let room = abs(scale.end - scale.start) / Double(max(names.count, 1))
    let stride = max(1, Int((spacing / max(room, 0.01)).rounded(.up)))
    let shown = names.indices.filter { $0 % stride == 0 && scale.contains(Double($0)) }
    return AxisTicks(
      shown.map(Double.init),
      shown.map { TextMetrics.truncated(names[$0], to: longest, size: size) })
  }
}
