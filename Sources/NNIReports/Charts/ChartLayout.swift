/// Where everything stands in a ``Chart``, in user units.
struct ChartLayout {
  /// From the frame to the numbers at an axis.
  static let tickGap = 6.0
  /// The angle of names that do not fit side by side.
  static let tilt = 38.0

  let shapes: [ChartShape]
  let title: [String]
  let legend: ChartLegend
  let notes: [String]
  let x: ChartScale
  let y: ChartScale
  let xTicks: AxisTicks
  let yTicks: AxisTicks
  /// Whether the names below the x axis are turned.
  let isTilted: Bool
  let thumbnails: ChartThumbnailRow
  /// The place of the first note's baseline, and of the x axis's label.
  let noteTop: Double
  let labelTop: Double
  /// For readers who do not see the chart.
  let description: String

  var left: Double { x.start }
  var right: Double { x.end }
  var top: Double { y.end }
  var bottom: Double { y.start }

  /// Lays out a chart; `leftEdge` is the least distance of the frame from the left.
  init(_ chart: Chart, leftEdge: Double = 0) throws {
    let style = chart.style
    try style.check()
    guard chart.width >= 160, chart.width <= 8000, chart.height >= 120, chart.height <= 8000 else {
      throw ReportError(
        .option,
        "The chart '\(chart.title)' cannot be \(chart.width) x \(chart.height); give a width from 160 "
          + "and a height from 120, both up to 8000.")
    }
    let content = try ChartContent(chart)
    shapes = content.shapes
    let room = chart.width - 2 * style.margin
    title = TextMetrics.wrapped(
      chart.title, to: room, size: style.titleSize, lines: 2, isBold: true)
    let entries = chart.hasLegend ? chart.marks.compactMap(\.drawing.legend) : []
    legend = ChartLegend(entries, width: room, size: style.labelSize)
    let xRough = try chart.xAxis.placed(over: content.x, from: 0, to: room - 50)
    let yRough = try chart.yAxis.placed(over: content.y, from: 1, to: 0)
    let facts = content.notes(x: xRough, y: yRough, unlisted: legend.omitted)
    notes =
      TextMetrics.wrapped(chart.caption, to: room, size: style.tickSize, lines: 6)
      + facts
      .flatMap { TextMetrics.wrapped($0, to: room, size: style.tickSize, lines: 2) }

    let top =
      style.margin + Double(title.count) * (style.titleSize + 4)
      + (legend.rows > 0 ? legend.height + 4 : 0) + style.tickSize
    // Names are turned when they do not fit side by side on about this width.
    let names = ChartTickNames(chart.xAxis, style: style, width: room - 50)
    isTilted = names.isTilted
    thumbnails = ChartThumbnailRow(chart.thumbnails, scale: xRough)
    let underTicks = Self.tickGap + names.height + thumbnails.room
    // The power of ten that numbers leave out stands in the label; it follows from the range alone.
    let factor = chart.xAxis.ticks(
      on: xRough, limit: 2, longest: 1, size: style.tickSize, spacing: 0
    ).factor
    let label = chart.xAxis.label.isEmpty && factor.isEmpty ? 0 : style.labelSize + 6
    let noteHeight =
      notes.isEmpty ? 0 : Double(notes.count) * (style.tickSize + 3) + 4
    let bottom = chart.height - style.margin - noteHeight - label - underTicks
    guard bottom - top >= 40 else {
      throw ReportError(
        .option,
        "The chart '\(chart.title)' has no room for its frame in a height of \(chart.height); make it "
          + "higher, or its caption and legend shorter.")
    }
    labelTop = bottom + underTicks + style.labelSize + 2
    noteTop = bottom + underTicks + label + 4 + style.tickSize

    y = try chart.yAxis.placed(over: content.y, from: bottom, to: top)
    yTicks = chart.yAxis.ticks(
      on: y, limit: min(max(Int((bottom - top) / 32), 2), 8), longest: chart.width * 0.28,
      size: style.tickSize, spacing: style.tickSize + 3)
    let yLabel = chart.yAxis.label.isEmpty && yTicks.factor.isEmpty ? 0 : style.labelSize + 8
    let widest = yTicks.labels.map { TextMetrics.width($0, size: style.tickSize) }.max() ?? 0
    let left = max(leftEdge, style.margin + yLabel + widest + Self.tickGap, names.overhang)
    let edge = chart.width - style.margin
    var right = edge - thumbnails.side / 2
    var (x, ticks) = try Self.horizontal(chart, content, names, left: left, right: right)
    for _ in 0..<3 {
      let ends = zip(ticks.values, ticks.labels).map { value, label in
        x.position(of: value)
          + (names.isTilted ? 0 : TextMetrics.width(label, size: style.tickSize) / 2)
      }
      guard let last = ends.max(), last > edge else { break }
      right -= last - edge + 1
      (x, ticks) = try Self.horizontal(chart, content, names, left: left, right: right)
    }
    guard right - left >= 60 else {
      throw ReportError(
        .option,
        "The chart '\(chart.title)' has no room for its frame in a width of \(chart.width); make it "
          + "wider.")
    }
    self.x = x
    xTicks = ticks
    description = ChartDescription(chart, x: x, y: y, notes: facts).text
  }

  private static func horizontal(
    _ chart: Chart, _ content: ChartContent, _ names: ChartTickNames, left: Double, right: Double
  ) throws -> (ChartScale, AxisTicks) {
    let scale = try chart.xAxis.placed(over: content.x, from: left, to: right)
    var limit = min(max(Int((right - left) / 50), 2), 12)
    var ticks = chart.xAxis.ticks(
      on: scale, limit: limit, longest: names.longest, size: chart.style.tickSize,
      spacing: names.spacing)
    if case .categories = chart.xAxis.scale { return (scale, ticks) }
    while limit > 2, !fits(ticks, scale, size: chart.style.tickSize) {
      limit -= 1
      ticks = chart.xAxis.ticks(
        on: scale, limit: limit, longest: names.longest, size: chart.style.tickSize,
        spacing: names.spacing)
    }
    return (scale, ticks)
  }

  /// Whether labels side by side do not touch.
  private static func fits(_ ticks: AxisTicks, _ scale: ChartScale, size: Double) -> Bool {
    let spans = zip(ticks.values, ticks.labels).map { value, label in
      let (place, half) = (scale.position(of: value), TextMetrics.width(label, size: size) / 2)
      return (place - half, place + half)
    }
    return zip(spans, spans.dropFirst()).allSatisfy { $0.1 + 8 <= $1.0 }
  }
}
