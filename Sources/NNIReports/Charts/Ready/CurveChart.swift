/// Several named curves over one axis, each with or without a band.
///
/// For deletion and insertion curves, calibration against a parameter, or any value along a path.
public struct CurveChart: VectorPicture, Hashable {
  /// A named curve.
  public struct Curve: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// One value for each place; NaN where there is none.
    public var values: [Double]
    /// The lower edge of its band; no band when empty.
    public var lower: [Double]
    /// The upper edge of its band; no band when empty.
    public var upper: [Double]

    /// Describes a curve.
    public init(_ name: String, _ values: [Double], lower: [Double] = [], upper: [Double] = []) {
      self.name = name
      self.values = values
      self.lower = lower
      self.upper = upper
    }
  }

  /// A line above the chart.
  public var title: String
  /// Where the values lie.
  public var places: [Double]
  /// The curves; each takes the colour of its rank.
  public var curves: [Curve]
  /// The axis of the places.
  public var xAxis: ChartAxis
  /// The axis of the values.
  public var yAxis: ChartAxis
  /// What a reader must know, below the chart.
  public var caption: String

  /// Describes curves.
  public init(
    _ title: String, places: [Double], curves: [Curve], x xAxis: ChartAxis, y yAxis: ChartAxis,
    caption: String = ""
  ) {
    self.title = title
    self.places = places
    self.curves = curves
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.caption = caption
  }

  /// The chart.
  public var chart: Chart {
    let marks = curves.enumerated().map { index, curve in
      ChartMark.line(
        ChartLine(
          curve.name, x: places, y: curve.values, lower: curve.lower, upper: curve.upper,
          color: .series(index), hasPoints: places.count <= 40))
    }
    return Chart(title, x: xAxis, y: yAxis, marks: marks, caption: caption)
  }

  /// The chart as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` when a curve has not as many values as there are places.
  public func svg(for medium: ChartMedium) throws -> String { try chart.svg(for: medium) }
}
