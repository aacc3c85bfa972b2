/// Sizes and strengths that all charts share, in user units (CSS pixels).
public struct ChartStyle: Sendable, Hashable, Codable {
  /// The font size of the title.
  public var titleSize: Double
  /// The font size of axis labels and the legend.
  public var labelSize: Double
  /// The font size of the numbers at the axes and of notes.
  public var tickSize: Double
  /// The width of a series' line.
  public var lineWidth: Double
  /// The radius of a point.
  public var pointRadius: Double
  /// The opacity of a band, 0 to 1.
  public var bandOpacity: Double
  /// The edge around everything.
  public var margin: Double

  /// States sizes.
  public init(
    titleSize: Double = 15, labelSize: Double = 13, tickSize: Double = 12.5,
    lineWidth: Double = 1.8,
    pointRadius: Double = 3, bandOpacity: Double = 0.22, margin: Double = 14
  ) {
    self.titleSize = titleSize
    self.labelSize = labelSize
    self.tickSize = tickSize
    self.lineWidth = lineWidth
    self.pointRadius = pointRadius
    self.bandOpacity = bandOpacity
    self.margin = margin
  }

  /// - Throws: ``ReportError`` when a size is not one.
  func check() throws {
    let sizes = [titleSize, labelSize, tickSize, lineWidth, pointRadius]
    guard sizes.allSatisfy({ $0 > 0 && $0 <= 100 }), margin >= 0, margin <= 200,
      bandOpacity >= 0, bandOpacity <= 1
    else {
      throw ReportError(
        .option,
        "A chart's style has sizes \(sizes), margin \(margin) and band opacity \(bandOpacity); give "
          + "sizes from 0 to 100, a margin from 0 to 200 and an opacity from 0 to 1.")
    }
  }
}
