import NNIImages

/// Writes the SVG of an ``UncertaintyGrid``.
struct UncertaintyGridDrawing {
  private static let gutter = 12.0
  private static let barWidth = 210.0
  private static let barHeight = 26.0

  let grid: UncertaintyGrid
  let medium: ChartMedium
  let limit: Double
  private let columns: Int
  private let pictureHeight: Double

  init(_ grid: UncertaintyGrid, medium: ChartMedium) throws {
    self.grid = grid
    self.medium = medium
    limit = try grid.limit()
    columns = min(grid.columns, grid.panels.count)
    let aspects = grid.panels.compactMap(\.map).map {
      Double($0.values.height) / Double($0.values.width)
    }
    pictureHeight = grid.panelWidth * min(max(aspects.max() ?? 1, 0.2), 3)
  }

  func svg() throws -> String {
    let style = grid.style
    let width = max(
      2 * style.margin + Double(columns) * (grid.panelWidth + Self.gutter) - Self.gutter,
      2 * style.margin + Self.barWidth + 80)
    let room = width - 2 * style.margin
    var (body, y) = ("", style.margin)
    for line in TextMetrics.wrapped(
      grid.title, to: room, size: style.titleSize, lines: 2, isBold: true)
    {
      y += style.titleSize + 4
      body += ChartText(
        text: line, x: style.margin, y: y - 5, size: style.titleSize, color: .ink, isBold: true
      ).svg(for: medium)
    }
    y += grid.title.isEmpty ? 0 : 6
    let rowHeight = style.labelSize + 6 + pictureHeight + style.tickSize + 8 + 10
    for (index, panel) in grid.panels.enumerated() {
      let x = style.margin + Double(index % columns) * (grid.panelWidth + Self.gutter)
      body += try self.panel(panel, x: x, y: y + Double(index / columns) * rowHeight)
    }
    y += Double((grid.panels.count + columns - 1) / columns) * rowHeight
    body += try scale(y: y + 4)
    y += Self.barHeight + style.tickSize + style.labelSize + 26
    for line in TextMetrics.wrapped(grid.caption, to: room, size: style.tickSize, lines: 8) {
      y += style.tickSize + 3
      body += ChartText(text: line, x: style.margin, y: y - 4, size: style.tickSize).svg(
        for: medium)
    }
    let summary = grid.panels.map {
      "\($0.name): \($0.map == nil ? grid.emptyNote : $0.note)"
    }.joined(separator: "; ")
    return ChartDocument.svg(
      width: width, height: y + style.margin, title: grid.title.isEmpty ? "Maps" : grid.title,
      description: summary, body: body, medium: medium)
  }

  private func panel(_ panel: UncertaintyGrid.Panel, x: Double, y: Double) throws -> String {
    let (style, width) = (grid.style, grid.panelWidth)
    let name = TextMetrics.truncated(
      panel.name, to: width, size: style.labelSize, isBold: true)
    let note = TextMetrics.truncated(panel.note, to: width, size: style.tickSize)
    let top = y + style.labelSize + 6
    let heading = ChartText(
      text: name, x: x, y: top - 5, size: style.labelSize, color: .ink, isBold: true)
    let foot = ChartText(
      text: note, x: x, y: top + pictureHeight + style.tickSize + 4, size: style.tickSize)
    let picture =
      try panel.map.map { try self.picture($0, x: x, y: top) } ?? empty(x: x, y: top)
    return heading.svg(for: medium) + picture + foot.svg(for: medium)
  }

  private func picture(_ map: UncertaintyMap, x: Double, y: Double) throws -> String {
    // Squares of an even number of pixels, so that the ground is even too.
    let wanted = Int(grid.panelWidth * 2) / map.values.width / 2 * 2
    let image = try map.image(
      colors: grid.colors, scaling: .fixed(limit), ground: grid.ground,
      magnification: min(max(wanted, 2), 32))
    let share = min(
      grid.panelWidth / Double(map.values.width), pictureHeight / Double(map.values.height))
    let (width, height) = (Double(map.values.width) * share, Double(map.values.height) * share)
    let left = x + (grid.panelWidth - width) / 2
    return try element(image, x: left, y: y, width: width, height: height)
  }

  private func element(
    _ image: Image, x: Double, y: Double, width: Double, height: Double
  ) throws -> String {
    let place = """
      x="\(number(x))" y="\(number(y))" width="\(number(width))" height="\(number(height))"
      """
    return try """
    <image \(place) preserveAspectRatio="none" href="\(image.pngAddress())"/>
    <rect \(place) fill="none" stroke="\(ChartColor.muted.paint(for: medium))" \
    stroke-opacity="0.5" stroke-width="0.75"/>

    """
  }

  private func empty(x: Double, y: Double) -> String {
    let (style, width) = (grid.style, grid.panelWidth)
    let lines = TextMetrics.wrapped(grid.emptyNote, to: width - 16, size: style.tickSize, lines: 4)
    let first = y + pictureHeight / 2 - Double(lines.count - 1) * (style.tickSize + 3) / 2
    let words = lines.enumerated().map { index, line in
      ChartText(
        text: line, x: x + width / 2,
        y: first + Double(index) * (style.tickSize + 3) + style.tickSize * 0.36,
        size: style.tickSize, anchor: .middle
      ).svg(for: medium)
    }
    return """
      <rect x="\(number(x + 0.5))" y="\(number(y + 0.5))" width="\(number(width - 1))" \
      height="\(number(pictureHeight - 1))" fill="none" \
      stroke="\(ChartColor.muted.paint(for: medium))" stroke-opacity="0.6" \
      stroke-dasharray="4 3"/>
      \(words.joined())
      """
  }

  /// Values to the right, certainty upwards, through the same drawing as the maps.
  private func scale(y: Double) throws -> String {
    let style = grid.style
    let isSigned =
      grid.colors.kind == .diverging
      && grid.panels.compactMap(\.map).contains { $0.values.kind == .signed }
    let (columns, rows) = (105, 13)
    let values = (0..<rows).flatMap { _ in
      (0..<columns).map { column in
        let share = (Double(column) + 0.5) / Double(columns)
        return Float((isSigned ? share * 2 - 1 : share) * limit)
      }
    }
    let certainty = (0..<rows).flatMap { row in
      [Float](repeating: 1 - Float(row) / Float(rows - 1), count: columns)
    }
    let map = try UncertaintyMap(
      HeatMap(values, height: rows, width: columns, kind: isSigned ? .signed : .magnitude),
      certainty: certainty)
    let image = try map.image(
      colors: grid.colors, scaling: .fixed(limit), ground: grid.ground, magnification: 4)
    let side = TextMetrics.width("uncertain", size: style.tickSize)
    let left = style.margin + side + 6
    let bar = try element(image, x: left, y: y, width: Self.barWidth, height: Self.barHeight)
    let ends = [("certain", y + style.tickSize * 0.8), ("uncertain", y + Self.barHeight)].map {
      ChartText(text: $0, x: left - 6, y: $1, size: style.tickSize, anchor: .end).svg(for: medium)
    }
    let ticks = AxisTicks(limit: limit, isSigned: isSigned)
    let bottom = y + Self.barHeight
    let labels = zip(ticks.values, ticks.labels).map { value, label in
      let share = isSigned ? (value / limit + 1) / 2 : value / limit
      let x = left + Self.barWidth * share
      return """
        <path d="M\(number(x)) \(number(bottom))v3" \
        stroke="\(ChartColor.muted.paint(for: medium))" stroke-width="0.75"/>

        """
          + ChartText(
            text: label, x: x, y: bottom + style.tickSize + 5, size: style.tickSize, anchor: .middle
          ).svg(for: medium)
    }
    let unit = [ticks.factor, grid.unit].filter { !$0.isEmpty }.joined(separator: " ")
    let name = ChartText(
      text: TextMetrics.truncated(unit, to: Self.barWidth, size: style.labelSize),
      x: left + Self.barWidth / 2, y: bottom + style.tickSize + style.labelSize + 10,
      size: style.labelSize, color: .ink, anchor: .middle
    ).svg(for: medium)
    return bar + ends.joined() + labels.joined() + name
  }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }
}
