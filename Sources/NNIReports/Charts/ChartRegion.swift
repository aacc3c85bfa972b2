/// A shaded rectangle behind what is drawn after it; an infinite end is the edge of the chart.
public struct ChartRegion: Sendable, Hashable {
  /// Its name in the legend; it is not listed when empty.
  public var label: String
  /// From left to right, in units of x.
  public var x: ClosedRange<Double>
  /// From bottom to top, in units of y.
  public var y: ClosedRange<Double>
  /// The colour.
  public var color: ChartColor
  /// 0 (invisible) to 1.
  public var opacity: Double

  /// Describes a region.
  public init(
    _ label: String, x: ClosedRange<Double> = -.infinity ... .infinity,
    y: ClosedRange<Double> = -.infinity ... .infinity, color: ChartColor = .muted,
    opacity: Double = 0.15
  ) {
    self.label = label
    self.x = x
    self.y = y
    self.color = color
    self.opacity = opacity
  }
}

extension ChartRegion: ChartDrawable {
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape] {
    guard opacity >= 0, opacity <= 1 else {
      throw ReportError(
        .option, "The region '\(label)' has opacity \(opacity); give one from 0 to 1.")
    }
    // An end that the axis does not take lies beyond it.
    let (left, right) = ends(x, on: filter.x)
    let (bottom, top) = ends(y, on: filter.y)
    return [.rectangle(ChartPlace(x: left, y: bottom), ChartPlace(x: right, y: top), fill)]
  }

  var legend: ChartLegendEntry? {
    label.isEmpty ? nil : ChartLegendEntry(label: label, swatch: .square(fill))
  }

  private var fill: ChartFill { ChartFill(color: color, opacity: opacity) }

  private func ends(_ range: ClosedRange<Double>, on axis: ChartAxis) -> (Double, Double) {
    (
      axis.takes(range.lowerBound) ? range.lowerBound : -.infinity,
      axis.takes(range.upperBound) ? range.upperBound : .infinity
    )
  }
}
