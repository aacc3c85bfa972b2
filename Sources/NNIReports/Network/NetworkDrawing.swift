/// Writes the SVG of a ``NetworkDiagram``.
struct NetworkDrawing {
  static let boxWidth = 200.0
  private static let drainLength = 12.0
  private static let drainRoom = 62.0
  private static let layerGap = 34.0
  private static let gap = 22.0

  let diagram: NetworkDiagram
  let medium: ChartMedium
  let folded: NetworkFolding
  let layout: NetworkLayout
  let boxHeight: Double
  /// User units for a relevance of 1.
  let unit: Double
  private let hasFlow: Bool

  init(_ diagram: NetworkDiagram, medium: ChartMedium) {
    self.diagram = diagram
    self.medium = medium
    folded = NetworkFolding(diagram)
    boxHeight = diagram.style.labelSize + diagram.style.tickSize + 22
    let largest = folded.edges.map { abs($0.relevance ?? 0) }.max() ?? 0
    hasFlow = folded.boxes.contains { $0.relevance != nil }
    unit = largest > 0 ? diagram.widestEdge / largest : 0
    let unit = unit
    layout = NetworkLayout(
      boxes: folded.boxes.map {
        (Self.boxWidth / 2, Self.boxWidth / 2 + (Self.drains($0, diagram) ? Self.drainRoom : 0))
      },
      edges: folded.edges.map {
        ($0.source, $0.user, width: max(abs($0.relevance ?? 0) * unit, 1))
      }, gap: Self.gap)
  }

  func svg() -> String {
    let style = diagram.style
    let width = max(layout.width, 360) + 2 * style.margin
    let room = width - 2 * style.margin
    var (body, y) = ("", style.margin)
    for line in TextMetrics.wrapped(
      diagram.title, to: room, size: style.titleSize, lines: 2, isBold: true)
    {
      y += style.titleSize + 4
      body += ChartText(
        text: line, x: style.margin, y: y - 5, size: style.titleSize, color: .ink, isBold: true
      ).svg(for: medium)
    }
    if hasFlow { body += legend(y: &y, room: room) }
    y += 8
    let shift = style.margin + (room - layout.width) / 2
    body += "<g transform=\"translate(\(number(shift)) \(number(y)))\">\n"
    body += edges() + folded.boxes.indices.map(box).joined() + "</g>\n"
    y += Double(layout.layers.count) * (boxHeight + Self.layerGap) - Self.layerGap + 8
    for line in TextMetrics.wrapped(diagram.caption, to: room, size: style.tickSize, lines: 8) {
      y += style.tickSize + 3
      body += ChartText(text: line, x: style.margin, y: y - 2, size: style.tickSize).svg(
        for: medium)
    }
    return ChartDocument.svg(
      width: width, height: y + style.margin,
      title: diagram.title.isEmpty ? "A network" : diagram.title, description: summary, body: body,
      medium: medium)
  }

  private var summary: String {
    let count = "\(diagram.nodes.count) nodes in \(folded.boxes.count) boxes, the input on top."
    guard hasFlow else { return count }
    let kept = folded.boxes.filter { Self.drains($0, diagram) }
    return count + " The score is \(NumberText.short(diagram.score)); of it the nodes keep "
      + "\(amount(diagram.nodes.reduce(0) { $0 + $1.absorbed })), most at "
      + (kept.max { abs($0.absorbed) < abs($1.absorbed) }?.name ?? "none") + "."
  }

  /// Whether a box keeps enough to be shown.
  private static func drains(_ box: NetworkFolding.Box, _ diagram: NetworkDiagram) -> Bool {
    let whole = diagram.score == 0 ? 1 : abs(diagram.score)
    return abs(box.absorbed) > 0 && abs(box.absorbed) / whole >= diagram.smallestDrain
  }

  private func box(_ index: Int) -> String {
    let (style, box) = (diagram.style, folded.boxes[index])
    let x = layout.places[index].x - Self.boxWidth / 2
    let y = top(layout.layer(of: index))
    let (left, right) = (x + 8, x + Self.boxWidth - 8)
    let share = box.relevance.map(amount) ?? box.note
    let shareRoom = share.isEmpty ? 0 : TextMetrics.width(share, size: style.tickSize) + 6
    let shapeRoom = box.shape.isEmpty ? 0 : TextMetrics.width(box.shape, size: style.tickSize) + 6
    let name = TextMetrics.shortened(
      box.name, to: right - left - shareRoom, size: style.labelSize, isBold: true)
    let kinds = TextMetrics.truncated(
      box.kinds, to: right - left - shapeRoom, size: style.tickSize)
    let (first, second) = (y + style.labelSize + 5, y + style.labelSize + style.tickSize + 10)
    let words = [
      ChartText(text: name, x: left, y: first, size: style.labelSize, color: .ink, isBold: true),
      ChartText(text: share, x: right, y: first, size: style.tickSize, color: .ink, anchor: .end),
      ChartText(text: kinds, x: left, y: second, size: style.tickSize),
      ChartText(text: box.shape, x: right, y: second, size: style.tickSize, anchor: .end),
    ]
    return """
      <rect x="\(number(x))" y="\(number(y))" width="\(number(Self.boxWidth))" \
      height="\(number(boxHeight))" rx="4" fill="\(ChartColor.paper.paint(for: medium))" \
      stroke="\(ChartColor.muted.paint(for: medium))" stroke-opacity="0.7" stroke-width="0.75"/>

      """ + bar(box, x: left, y: y + boxHeight - 6, width: right - left)
        + words.map { $0.svg(for: medium) }.joined() + drain(box, x: x + Self.boxWidth, y: y)
  }

  /// The relevance at the box, beside that of the box that has most.
  private func bar(_ box: NetworkFolding.Box, x: Double, y: Double, width: Double) -> String {
    guard let value = box.relevance else { return "" }
    let largest = folded.boxes.map { abs($0.relevance ?? 0) }.max() ?? 0
    let share = largest > 0 ? abs(value) / largest : 0
    return """
      <rect x="\(number(x))" y="\(number(y))" width="\(number(width))" height="2" rx="1" \
      fill="\(ChartColor.faint.paint(for: medium))"/>
      <rect x="\(number(x))" y="\(number(y))" width="\(number(width * share))" height="2" rx="1" \
      fill="\(color(value))"/>

      """
  }

  private func drain(_ box: NetworkFolding.Box, x: Double, y: Double) -> String {
    guard Self.drains(box, diagram) else { return "" }
    let thickness = min(max(abs(box.absorbed) * unit, 0.75), boxHeight)
    let middle = y + boxHeight / 2
    let size = diagram.style.tickSize - 1
    return """
      <path d="M\(number(x)) \(number(middle - thickness / 2))h\(number(Self.drainLength))\
      v\(number(thickness))h\(number(-Self.drainLength))z" fill="\(color(box.absorbed))" \
      fill-opacity="0.55"/>

      """
        + ChartText(
          text: amount(box.absorbed), x: x + Self.drainLength + 4, y: middle + size * 0.36,
          size: size
        ).svg(for: medium)
  }

  func top(_ layer: Int) -> Double { Double(layer) * (boxHeight + Self.layerGap) }

  func bottom(of box: Int) -> Double { top(layout.layer(of: box)) + boxHeight }

  func color(_ value: Double) -> String {
    diagram.colors.color(at: value < 0 ? -0.62 : 0.62).hexadecimal
  }

  /// A share of the score, or the number itself where there is no score.
  private func amount(_ value: Double) -> String {
    guard diagram.score != 0 else { return NumberText.short(value) }
    let percent = value / diagram.score * 100
    let text = NumberText.fixed(percent, decimals: abs(percent) < 9.95 ? 1 : 0)
    return (text == "0.0" && value != 0 ? "≈ 0" : text) + " %"
  }

  private func legend(y: inout Double, room: Double) -> String {
    let size = diagram.style.tickSize
    let score = NumberText.short(diagram.score)
    let parts = [
      (color(1), "positive relevance"), (color(-1), "negative relevance"),
      ("", "100 % is the score, \(score)"), ("", "stubs: kept by the layer"),
    ]
    var (result, x) = ("", diagram.style.margin)
    y += size + 4
    for (paint, words) in parts
    where !(paint.isEmpty && words.hasPrefix("100") && diagram.score == 0) {
      let width = TextMetrics.width(words, size: size) + (paint.isEmpty ? 0 : 24)
      if x + width > diagram.style.margin + room, x > diagram.style.margin {
        x = diagram.style.margin
        y += size + 5
      }
      if !paint.isEmpty {
        result += """
          <rect x="\(number(x))" y="\(number(y - size * 0.6))" width="18" height="5" \
          fill="\(paint)" fill-opacity="0.75"/>

          """
        x += 24
      }
      result += ChartText(text: words, x: x, y: y, size: size).svg(for: medium)
      x += TextMetrics.width(words, size: size) + 16
    }
    return result
  }

  func number(_ value: Double) -> String { NumberText.coordinate(value) }
}
