/// Marks between two axes, with a title, a legend and notes.
///
/// Values that are NaN or infinite, or not positive on a logarithmic axis, are left out, and a note
/// below the chart counts them. Long names are cut with an ellipsis; every text is escaped.
///
/// ```swift
/// let chart = Chart(
///   "Loss", x: ChartAxis("epoch"), y: ChartAxis("cross-entropy", scale: .logarithmic),
///   marks: [.line(ChartLine("training", x: epochs, y: losses, color: .series(0)))])
/// try chart.writeSVG(to: URL(filePath: "loss.svg"))
/// ```
public struct Chart: VectorPicture, Hashable {
  /// The most values that one chart draws.
  public static let valueLimit = 200_000

  /// What is shown, in one line.
  public var title: String
  /// The axis from left to right.
  public var xAxis: ChartAxis
  /// The axis from bottom to top.
  public var yAxis: ChartAxis
  /// What is drawn, in this order.
  public var marks: [ChartMark]
  /// Whether the marks that have names are listed above the frame.
  public var hasLegend: Bool
  /// What a reader must know, below the chart.
  public var caption: String
  /// Small pictures below places of the x axis.
  public var thumbnails: [ChartThumbnail]
  /// The width of everything, in user units (CSS pixels).
  public var width: Double
  /// The height of everything.
  public var height: Double
  /// Sizes and strengths.
  public var style: ChartStyle

  /// Describes a chart.
  public init(
    _ title: String, x xAxis: ChartAxis, y yAxis: ChartAxis, marks: [ChartMark],
    hasLegend: Bool = true, caption: String = "", thumbnails: [ChartThumbnail] = [],
    width: Double = 560, height: Double = 360, style: ChartStyle = ChartStyle()
  ) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.marks = marks
    self.hasLegend = hasLegend
    self.caption = caption
    self.thumbnails = thumbnails
    self.width = width
    self.height = height
    self.style = style
  }

  /// The chart as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` when columns of a mark are not equally long, an option is out of range,
  ///   or there is no room for the frame.
  public func svg(for medium: ChartMedium) throws -> String {
    let layout = try ChartLayout(self)
    let drawing = ChartDrawing(self, layout: layout, medium: medium)
    return ChartDocument.svg(
      width: width, height: height, title: title.isEmpty ? "Chart" : title,
      description: layout.description, body: try drawing.body(), medium: medium)
  }
}
