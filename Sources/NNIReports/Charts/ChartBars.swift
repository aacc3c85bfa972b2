/// Bars from a base to a value, side by side or touching as in a histogram.
public struct ChartBars: Sendable, Hashable {
  /// One bar.
  public struct Bar: Sendable, Hashable {
    /// Its left edge in units of x.
    public var start: Double
    /// Its right edge.
    public var end: Double
    /// The value at its end.
    public var value: Double
    /// Where it begins, 0 unless bars are stacked.
    public var base: Double
    /// The lower end of its error bar; NaN for none.
    public var lower: Double
    /// The upper end of its error bar; NaN for none.
    public var upper: Double

    /// Describes a bar.
    public init(
      from start: Double, to end: Double, value: Double, base: Double = 0, lower: Double = .nan,
      upper: Double = .nan
    ) {
      self.start = start
      self.end = end
      self.value = value
      self.base = base
      self.lower = lower
      self.upper = upper
    }
  }

  /// Their name in the legend; they are not listed when empty.
  public var label: String
  /// The bars.
  public var bars: [Bar]
  /// The colour.
  public var color: ChartColor
  /// 0 (invisible) to 1.
  public var opacity: Double

  /// Takes bars as they are.
  public init(
    _ label: String, bars: [Bar], color: ChartColor = .series(0), opacity: Double = 0.85
  ) {
    self.label = label
    self.bars = bars
    self.color = color
    self.opacity = opacity
  }

  /// One bar for each category, beside the bars of other groups.
  ///
  /// - Parameters:
  ///   - label: the name in the legend.
  ///   - values: the value of category 0, 1, 2 …
  ///   - lower: the lower ends of error bars; none when empty.
  ///   - upper: the upper ends of error bars; none when empty.
  ///   - group: which of the groups these are, counted from 0.
  ///   - groups: how many groups share a category.
  ///   - color: the colour.
  /// - Throws: ``ReportError`` when the ends are not as many as the values or there is no such group.
  public init(
    _ label: String, values: [Double], lower: [Double] = [], upper: [Double] = [], group: Int = 0,
    of groups: Int = 1, color: ChartColor = .series(0)
  ) throws {
    guard groups > 0, (0..<groups).contains(group) else {
      throw ReportError(
        .option, "There is no group \(group) of \(groups) bars; count them from 0.")
    }
    if !lower.isEmpty || !upper.isEmpty {
      try checkColumns(
        "bars '\(label)'",
        [("values", values.count), ("lower ends", lower.count), ("upper ends", upper.count)])
    }
    let width = 0.8 / Double(groups)
    let bars = values.enumerated().map { index, value in
      let start = Double(index) - 0.4 + Double(group) * width
      return Bar(
        from: start, to: start + width * (groups > 1 ? 0.92 : 1), value: value,
        lower: lower.isEmpty ? .nan : lower[index], upper: upper.isEmpty ? .nan : upper[index])
    }
    self.init(label, bars: bars, color: color)
  }
}

extension ChartBars: ChartDrawable {
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape] {
    guard opacity >= 0, opacity <= 1 else {
      throw ReportError(
        .option, "The bars '\(label)' have opacity \(opacity); give one from 0 to 1.")
    }
    var result: [ChartShape] = []
    for bar in bars {
      guard filter.takes(ChartPlace(x: bar.start, y: bar.value)), filter.x.takes(bar.end) else {
        continue
      }
      // On a logarithmic axis a bar stands on the frame: there is no zero.
      let base = filter.y.takes(bar.base) ? bar.base : -.infinity
      result.append(
        .rectangle(
          ChartPlace(x: bar.start, y: base), ChartPlace(x: bar.end, y: bar.value), fill))
      if filter.y.takes(bar.lower) && filter.y.takes(bar.upper) {
        result.append(
          .whisker(
            x: (bar.start + bar.end) / 2, lower: bar.lower, upper: bar.upper,
            ChartStroke(color: .ink, weight: 0.6)))
      }
    }
    return result
  }

  var legend: ChartLegendEntry? {
    label.isEmpty ? nil : ChartLegendEntry(label: label, swatch: .square(fill))
  }

  private var fill: ChartFill { ChartFill(color: color, opacity: opacity) }
}
