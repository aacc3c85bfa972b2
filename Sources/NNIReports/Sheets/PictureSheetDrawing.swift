import NNIImages

/// Writes the SVG of a ``PictureSheet``, with room for scales at its foot.
struct PictureSheetDrawing {
  static let gutter = 12.0
  private static let rowGap = 10.0

  let sheet: PictureSheet
  let medium: ChartMedium
  /// How many tiles stand side by side.
  let columns: Int
  private let smallestWidth: Double

  /// Takes a checked sheet; `smallestWidth` is the room that what is at the foot needs.
  init(_ sheet: PictureSheet, medium: ChartMedium, smallestWidth: Double = 0) {
    self.sheet = sheet
    self.medium = medium
    self.smallestWidth = smallestWidth
    columns = max(1, min(sheet.columns, sheet.groups.map(\.tiles.count).max() ?? 1))
  }

  private var width: Double {
    let row = Double(columns) * (sheet.tileWidth + Self.gutter) - Self.gutter
    return max(row, smallestWidth) + 2 * sheet.style.margin
  }

  /// The left edge of a column.
  func left(_ column: Int) -> Double {
    sheet.style.margin + Double(column) * (sheet.tileWidth + Self.gutter)
  }

  /// The sheet as one `<svg>` element.
  ///
  /// `summary` is what a reader who does not see the sheet should know, by default all titles; `foot` draws
  /// scales from a height on, and says how much room they take.
  func svg(
    summary: String = "", foot: (Double) throws -> (svg: String, height: Double) = { _ in ("", 0) }
  ) throws -> String {
    let style = sheet.style
    let room = width - 2 * style.margin
    var (body, y) = ("", style.margin)
    for line in TextMetrics.wrapped(
      sheet.title, to: room, size: style.titleSize, lines: 2, isBold: true)
    {
      y += style.titleSize + 4
      body += ChartText(
        text: line, x: style.margin, y: y - 5, size: style.titleSize, color: .ink, isBold: true
      ).svg(for: medium)
    }
    y += sheet.title.isEmpty ? 0 : 6
    for group in sheet.groups {
      if !group.title.isEmpty {
        y += style.labelSize + 2
        let title = TextMetrics.truncated(group.title, to: room, size: style.labelSize)
        body += ChartText(text: title, x: style.margin, y: y, size: style.labelSize).svg(
          for: medium)
        y += 8
      }
      for start in stride(from: 0, to: group.tiles.count, by: columns) {
        let row = group.tiles[start..<min(start + columns, group.tiles.count)]
        body += try self.row(Array(row), y: &y)
      }
    }
    let scales = try foot(y)
    body += scales.svg
    y += scales.height
    for line in TextMetrics.wrapped(sheet.caption, to: room, size: style.tickSize, lines: 8) {
      y += style.tickSize + 3
      body += ChartText(text: line, x: style.margin, y: y - 4, size: style.tickSize).svg(
        for: medium)
    }
    let titles = sheet.groups.flatMap { group in
      group.tiles.map { [group.title, $0.title, $0.note].filter { !$0.isEmpty } }
        .map { $0.joined(separator: ": ") }
    }.joined(separator: "; ")
    return ChartDocument.svg(
      width: width, height: y + style.margin,
      title: sheet.title.isEmpty ? "Pictures" : sheet.title,
      description: !summary.isEmpty ? summary : titles.isEmpty ? "Pictures without names." : titles,
      body: body, medium: medium)
  }

  private func row(_ tiles: [PictureSheet.Tile], y: inout Double) throws -> String {
    let (style, tileWidth) = (sheet.style, sheet.tileWidth)
    let aspects = tiles.compactMap(\.image).map { Double($0.height) / Double($0.width) }
    let height = tileWidth * min(max(aspects.max() ?? 1, 0.1), sheet.tallest)
    let hasTitles = tiles.contains { !$0.title.isEmpty }
    let top = y + (hasTitles ? style.labelSize + 6 : 0)
    var (body, lines) = ("", 0)
    for (column, tile) in tiles.enumerated() {
      let x = left(column)
      let title = TextMetrics.truncated(
        tile.title, to: tileWidth, size: style.labelSize, isBold: true)
      body += ChartText(
        text: title, x: x, y: top - 5, size: style.labelSize, color: .ink, isBold: true
      ).svg(for: medium)
      guard let image = tile.image else {
        body += empty(tile.note, x: x, y: top, height: height)
        continue
      }
      body += try picture(image, x: x, y: top, height: height)
      let note = TextMetrics.wrapped(tile.note, to: tileWidth, size: style.tickSize, lines: 2)
      lines = max(lines, note.count)
      for (index, line) in note.enumerated() {
        body += ChartText(
          text: line, x: x, y: top + height + Double(index + 1) * (style.tickSize + 3) + 1,
          size: style.tickSize
        ).svg(for: medium)
      }
    }
    y = top + height + Double(lines) * (style.tickSize + 3) + (lines > 0 ? 3 : 0) + Self.rowGap
    return body
  }

  /// A picture in the middle of its room; small ones show their pixels, large ones are reduced.
  private func picture(_ image: Image, x: Double, y: Double, height room: Double) throws -> String {
    let share = min(sheet.tileWidth / Double(image.width), room / Double(image.height))
    let (width, height) = (Double(image.width) * share, Double(image.height) * share)
    // Two pixels for each user unit.
    let shown =
      share > 0.5
      ? try image.magnified(by: Int(2 * share))
      : try image.converted(to: .rgb).resized(
        width: max(1, Int((width * 2).rounded())), height: max(1, Int((height * 2).rounded())),
        interpolation: .bicubic)
    return try Self.element(
      shown, x: x + (sheet.tileWidth - width) / 2, y: y + (room - height) / 2, width: width,
      height: height, medium: medium)
  }

  /// A picture with a thin frame.
  static func element(
    _ image: Image, x: Double, y: Double, width: Double, height: Double, medium: ChartMedium
  ) throws -> String {
    let place = """
      x="\(NumberText.coordinate(x))" y="\(NumberText.coordinate(y))" \
      width="\(NumberText.coordinate(width))" height="\(NumberText.coordinate(height))"
      """
    return try """
    <image \(place) preserveAspectRatio="none" href="\(image.pngAddress())"/>
    <rect \(place) fill="none" stroke="\(ChartColor.muted.paint(for: medium))" \
    stroke-opacity="0.5" stroke-width="0.75"/>

    """
  }

  private func empty(_ note: String, x: Double, y: Double, height: Double) -> String {
    let (style, width) = (sheet.style, sheet.tileWidth)
    let lines = TextMetrics.wrapped(note, to: width - 16, size: style.tickSize, lines: 4)
    let first = y + height / 2 - Double(lines.count - 1) * (style.tickSize + 3) / 2
    let words = lines.enumerated().map { index, line in
      ChartText(
        text: line, x: x + width / 2,
        y: first + Double(index) * (style.tickSize + 3) + style.tickSize * 0.36,
        size: style.tickSize, anchor: .middle
      ).svg(for: medium)
    }
    return """
      <rect x="\(NumberText.coordinate(x + 0.5))" y="\(NumberText.coordinate(y + 0.5))" \
      width="\(NumberText.coordinate(width - 1))" height="\(NumberText.coordinate(height - 1))" \
      fill="none" stroke="\(ChartColor.muted.paint(for: medium))" stroke-opacity="0.6" \
      stroke-dasharray="4 3"/>
      \(words.joined())
      """
  }
}

extension Image {
  /// Each pixel as a square of pixels, which stay squares wherever the picture is shown.
  func magnified(by factor: Int) throws -> Image {
    guard factor > 1 else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count * factor * factor)
    for row in 0..<height {
      var line: [UInt8] = []
      for column in 0..<width {
        let start = (row * width + column) * channels
        for _ in 0..<factor { line += pixels[start..<start + channels] }
      }
      for _ in 0..<factor { result += line }
    }
    return try Image(
      width: width * factor, height: height * factor, layout: layout, pixels: result)
  }
}
