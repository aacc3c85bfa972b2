public import NNIImages

/// The probabilities of several classes while a picture is turned, with the turned pictures below.
///
/// ```swift
/// let chart = RotationChart(
///   angles: angles, curves: [CurveChart.Curve("1", ones), CurveChart.Curve("7", sevens)],
///   pictures: digits)
/// ```
public struct RotationChart: VectorPicture, Hashable {
  /// A line above the chart.
  public var title: String
  /// Degrees, one for each value of a curve.
  public var angles: [Double]
  /// The probability of each class at each angle, 0 to 1.
  public var curves: [CurveChart.Curve]
  /// The picture at each angle; none when empty.
  public var pictures: [Image]
  /// What a reader must know, below the chart.
  public var caption: String

  /// Describes a rotation.
  public init(
    _ title: String = "Probability while the picture turns", angles: [Double],
    curves: [CurveChart.Curve], pictures: [Image] = [], caption: String = ""
  ) {
    self.title = title
    self.angles = angles
    self.curves = curves
    self.pictures = pictures
    self.caption = caption
  }

  /// The chart.
  ///
  /// - Throws: ``ReportError`` when there are pictures, but not one for each angle.
  public func chart() throws -> Chart {
    var chart = CurveChart(
      title, places: angles, curves: curves, x: ChartAxis("angle", format: .degrees),
      y: ChartAxis("probability"), caption: caption
    ).chart
    // A curve at 0 or 1 is not half hidden by the frame.
    chart.yAxis.limits = .fixed(-0.03, 1.03)
    chart.thumbnails = try ChartThumbnail.row(pictures, at: angles)
    chart.height += pictures.isEmpty ? 0 : 40
    return chart
  }

  /// The chart as one `<svg>` element.
  ///
  /// - Throws: what ``chart()`` throws, and when a curve has not as many values as there are angles.
  public func svg(for medium: ChartMedium) throws -> String { try chart().svg(for: medium) }
}
