/// Several charts in one drawing, in rows and columns; the frames of a column begin at one line.
///
/// ```swift
/// try ChartSheet("Training", charts: [loss, accuracy], columns: 2).writeSVG(to: url)
/// ```
public struct ChartSheet: VectorPicture, Hashable {
  /// A line above all; none when empty.
  public var title: String
  /// The charts, row after row.
  public var charts: [Chart]
  /// How many charts a row has.
  public var columns: Int
  /// What a reader must know, below all charts.
  public var caption: String
  /// The sizes of title and caption.
  public var style: ChartStyle

  /// Describes a sheet.
  public init(
    _ title: String, charts: [Chart], columns: Int = 1, caption: String = "",
    style: ChartStyle = ChartStyle()
  ) {
    self.title = title
    self.charts = charts
    self.columns = columns
    self.caption = caption
    self.style = style
  }

  /// The sheet as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` without charts or columns, and what a chart throws.
  public func svg(for medium: ChartMedium) throws -> String {
    try style.check()
    guard !charts.isEmpty, charts.count <= 100, columns > 0 else {
      throw ReportError(
        .option,
        "The sheet '\(title)' has \(charts.count) charts in \(columns) columns; give 1 to 100 charts "
          + "and at least one column.")
    }
    let columns = min(self.columns, charts.count)
    let widths = (0..<columns).map { column in members(of: column).map(\.width).max() ?? 0 }
    let edges = try (0..<columns).map { column in
      try members(of: column).map { try ChartLayout($0).left }.max() ?? 0
    }
    let width = widths.reduce(0, +)
    var (body, summary) = ("", [caption].filter { !$0.isEmpty })
    let room = width - 2 * style.margin
    var y = 0.0
    let heading = TextMetrics.wrapped(
      title, to: room, size: style.titleSize + 2, lines: 2, isBold: true)
    for line in heading {
      y += style.titleSize + 8
      body += ChartText(
        text: line, x: style.margin, y: y + 4, size: style.titleSize + 2, color: .ink, isBold: true
      ).svg(for: medium)
    }
    y += heading.isEmpty ? 0 : 4
    for start in stride(from: 0, to: charts.count, by: columns) {
      let row = charts[start..<min(start + columns, charts.count)]
      var x = 0.0
      for (column, chart) in row.enumerated() {
        let layout = try ChartLayout(chart, leftEdge: edges[column])
        let drawing = ChartDrawing(chart, layout: layout, medium: medium)
        let place = "\(NumberText.coordinate(x)) \(NumberText.coordinate(y))"
        body += try "<g transform=\"translate(\(place))\">\n\(drawing.body())</g>\n"
        summary.append("\(chart.title): \(layout.description)")
        x += widths[column]
      }
      y += row.map(\.height).max() ?? 0
    }
    for line in TextMetrics.wrapped(caption, to: room, size: style.labelSize, lines: 8) {
      y += style.labelSize + 4
      body += ChartText(text: line, x: style.margin, y: y - 6, size: style.labelSize)
        .svg(for: medium)
    }
    return ChartDocument.svg(
      width: width, height: y + (caption.isEmpty ? 0 : style.margin),
      title: title.isEmpty ? "Charts" : title, description: summary.joined(separator: " "),
      body: body, medium: medium)
  }

  private func members(of column: Int) -> [Chart] {
    let columns = min(self.columns, charts.count)
    return stride(from: column, to: charts.count, by: columns).map { charts[$0] }
  }
}
