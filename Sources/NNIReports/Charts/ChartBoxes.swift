/// Boxes of quantiles: a box from 25 % to 75 % of a sample with a line at its median, and whiskers to
/// 5 % and 95 %.
///
/// Values that are not finite are left out, and the chart's note counts them.
public struct ChartBoxes: Sendable, Hashable {
  /// Their name in the legend; they are not listed when empty.
  public var label: String
  /// Where each box stands.
  public var x: [Double]
  /// The sample of each box.
  public var samples: [[Double]]
  /// How wide a box is, in units of x.
  public var width: Double
  /// The colour.
  public var color: ChartColor

  /// Describes boxes.
  public init(
    _ label: String, x: [Double], samples: [[Double]], width: Double = 0.6,
    color: ChartColor = .series(0)
  ) {
    self.label = label
    self.x = x
    self.samples = samples
    self.width = width
    self.color = color
  }
}

extension ChartBoxes: ChartDrawable {
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape] {
    try checkColumns("boxes '\(label)'", [("x", x.count), ("samples", samples.count)])
    guard width > 0, width.isFinite else {
      throw ReportError(
        .option, "The boxes '\(label)' are \(width) wide; give a positive width.")
    }
    var result: [ChartShape] = []
    for (x, sample) in zip(x, samples) {
      let quantiles = Quantiles(of: sample.filter { filter.takes(ChartPlace(x: x, y: $0)) })
      guard !quantiles.isEmpty else { continue }
      let (left, right) = (x - width / 2, x + width / 2)
      let line = ChartStroke(color: color, weight: 0.7)
      result += [
        .whisker(x: x, lower: quantiles(0.05), upper: quantiles(0.25), line),
        .whisker(x: x, lower: quantiles(0.75), upper: quantiles(0.95), line),
        .rectangle(
          ChartPlace(x: left, y: quantiles(0.25)), ChartPlace(x: right, y: quantiles(0.75)), fill),
        .curve(
          [
            ChartPlace(x: left, y: quantiles(0.5)), ChartPlace(x: right, y: quantiles(0.5)),
          ], ChartStroke(color: color, weight: 1.3)),
      ]
    }
    return result
  }

  var legend: ChartLegendEntry? {
    label.isEmpty ? nil : ChartLegendEntry(label: label, swatch: .square(fill))
  }

  private var fill: ChartFill { ChartFill(color: color, opacity: 0.3, hasOutline: true) }
}
