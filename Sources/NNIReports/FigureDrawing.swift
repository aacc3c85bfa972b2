import NNIImages

/// Writes the SVG of a ``Figure``.
struct FigureDrawing {
  let figure: Figure
  let layout: FigureLayout
  let picture: ReportPicture

  init(_ figure: Figure) throws {
    self.figure = figure
    layout = FigureLayout(figure.photo, tileWidth: figure.tileWidth, columns: figure.columns)
    // Two pixels for each user unit: sharp in print, and no larger than needed.
    picture = try ReportPicture(
      figure.photo, fittingWidth: Int(layout.pictureWidth * 2),
      height: Int(layout.pictureHeight * 2) + 1)
  }

  func document() throws -> String {
    let caption = figure.caption.isEmpty ? 0 : FigureLayout.line + 4
    let (width, height) = (layout.width, layout.height + caption)
    var body = try photoTile()
    for index in figure.photo.tiles.indices { body += try tile(index) }
    if !figure.caption.isEmpty {
      body += text(
        figure.caption, x: FigureLayout.margin, y: height - FigureLayout.margin + 2, "note",
        limit: width - 2 * FigureLayout.margin, size: 9.5)
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(height))" \
      viewBox="0 0 \(Int(width)) \(Int(height))" role="img">
      <title>\(Markup.escaped(summary))</title>
      <style>
      text { font-family: \(TextMetrics.family); fill: #1f2328; }
      .title { font-size: 13px; font-weight: 600; }
      .subtitle { font-size: 10.5px; fill: #57606a; }
      .note { font-size: 9.5px; fill: #57606a; }
      .tick { font-size: 9px; fill: #57606a; text-anchor: middle; }
      .warning { font-size: 9.5px; fill: #8a4b00; }
      .end { text-anchor: end; }
      .strong { font-weight: 600; fill: #1f2328; }
      </style>
      <rect width="\(Int(width))" height="\(Int(height))" fill="#fff"/>
      \(body)</svg>

      """
  }

  private var summary: String {
    let methods = figure.photo.tiles.map(\.title).joined(separator: ", ")
    let name = figure.photo.explained?.className ?? "no class"
    return "\(figure.photo.name): \(name), explained by \(methods)"
  }

  private func photoTile() throws -> String {
    let (x, y) = layout.origin(0)
    let explained = figure.photo.explained
    let percent = explained.map { $0.text + " · " } ?? ""
    var result = heading(
      explained?.className ?? figure.photo.name, percent + figure.photo.name, x: x, y: y)
    let top = y + FigureLayout.heading
    result += try overlayElement(picture.image, x: x, y: top)
    let foot = y + layout.footTop(0)
    for (index, prediction) in figure.photo.predictions.prefix(Figure.predictionLimit).enumerated()
    {
      let row = foot + Double(index) * Figure.predictionHeight
      result += predictionRow(prediction, isStrong: prediction == explained, x: x, y: row)
    }
    return result
  }

  private func predictionRow(
    _ prediction: ReportPrediction, isStrong: Bool, x: Double, y: Double
  ) -> String {
    let width = figure.tileWidth
    let probability = prediction.probability ?? 0
    let share = min(max(probability.isFinite ? probability : 0, 0), 1)
    let style = isStrong ? "note strong" : "note"
    return text(
      prediction.className, x: x, y: y + 9, style, limit: width - 58, size: 9.5, isBold: isStrong)
      + text(
        prediction.text, x: x + width, y: y + 9, style + " end",
        limit: 56, size: 9.5)
        + """
        <rect x="\(number(x))" y="\(number(y + 12))" width="\(number(width))" height="2" rx="1" \
        fill="#d0d7de"/>
        <rect x="\(number(x))" y="\(number(y + 12))" width="\(number(width * share))" height="2" \
        rx="1" fill="\(isStrong ? "#24292f" : "#8c959f")"/>

        """
  }

  private func tile(_ index: Int) throws -> String {
    let tile = figure.photo.tiles[index]
    let place = index + 1
    let (x, y) = layout.origin(place)
    var result = heading(tile.title, tile.subtitle, x: x, y: y)
    var top = y + FigureLayout.heading
    if layout.hasOverlay[place] {
      result += try overlayElement(picture.overlay(tile), x: x, y: top)
      top += layout.pictureHeight + FigureLayout.gap
    }
    if layout.mapHeights[place] > 0 { result += try mapElement(tile, place: place, x: x, y: top) }
    let foot = y + layout.footTop(place)
    return try result + footElement(tile, index: index, x: x, y: foot)
  }

  private func footElement(
    _ tile: ReportTile, index: Int, x: Double, y: Double
  ) throws -> String {
    let width = figure.tileWidth
    let bar = try tile.colorBar()
    var result = ""
    var line = y + ColorBar.height + 9
    if tile.map.isZero {
      line = y + 9
    } else {
      if tile.showsColors {
        result += bar.svg(x: x, y: y, width: width, identifier: "scale\(index)")
      }
      let unit = bar.factor.isEmpty ? tile.unit : "\(bar.factor) \(tile.unit)"
      let room = TextMetrics.width(unit, size: 9.5)
      if let ledger = tile.ledger {
        let whole = NumberText.short(ledger.score - ledger.reference)
        let sums = "sum \(NumberText.short(ledger.sum)) of \(whole)"
        result += text(sums, x: x, y: line, "note", limit: width - room - 8, size: 9.5)
      }
      result += text(unit, x: x + width, y: line, "note end", limit: width, size: 9.5)
      line += FigureLayout.line
    }
    for warning in Figure.warningLines(of: tile, width: width) {
      if warning.isFirst {
        result += """
          <path d="M\(number(x + 0.5)) \(number(line))l4.5 -8l4.5 8z" fill="#bf6a02"/>

          """
      }
      result += text(
        warning.text, x: x + 13, y: line, "warning", limit: width - 13, size: 9.5)
      line += FigureLayout.line
    }
    return result
  }

  private func overlayElement(_ image: Image, x: Double, y: Double) throws -> String {
    let left = x + (figure.tileWidth - layout.pictureWidth) / 2
    let share = layout.pictureWidth / Double(picture.image.width)
    let region = picture.region
    // The region's outline, cut to the photograph.
    let (right, bottom) = (
      min(region.x + region.width, Double(image.width)),
      min(region.y + region.height, Double(image.height))
    )
    let (start, top) = (max(region.x, 0), max(region.y, 0))
    let outline = """
      x="\(number(left + start * share))" y="\(number(y + top * share))" \
      width="\(number((right - start) * share))" height="\(number((bottom - top) * share))" \
      fill="none"
      """
    return try imageElement(
      image, x: left, y: y, width: layout.pictureWidth, height: layout.pictureHeight)
        + """
        <rect \(outline) stroke="#fff" stroke-opacity="0.55" stroke-width="2"/>
        <rect \(outline) stroke="#000" stroke-opacity="0.6" stroke-width="0.75"/>

        """
  }

  private func mapElement(
    _ tile: ReportTile, place: Int, x: Double, y: Double
  ) throws -> String {
    let height = layout.mapHeights[place]
    let width = height * Double(tile.map.width) / Double(tile.map.height)
    let left = x + (figure.tileWidth - width) / 2
    return try imageElement(
      tile.plainMap(width: Int(width * 2)), x: left, y: y, width: width, height: height)
        + """
        <rect x="\(number(left))" y="\(number(y))" width="\(number(width))" \
        height="\(number(height))" fill="none" stroke="#000" stroke-opacity="0.25" \
        stroke-width="0.75"/>

        """
  }

  private func imageElement(
    _ image: Image, x: Double, y: Double, width: Double, height: Double
  ) throws -> String {
    try """
    <image x="\(number(x))" y="\(number(y))" width="\(number(width))" \
    height="\(number(height))" preserveAspectRatio="none" href="\(image.pngAddress())"/>

    """
  }

  private func heading(_ title: String, _ subtitle: String, x: Double, y: Double) -> String {
    let width = figure.tileWidth
    return text(title, x: x, y: y + 12, "title", limit: width, size: 13, isBold: true)
      + text(subtitle, x: x, y: y + 28, "subtitle", limit: width, size: 10.5)
  }

  private func text(
    _ text: String, x: Double, y: Double, _ style: String, limit: Double, size: Double,
    isBold: Bool = false
  ) -> String {
    guard !text.isEmpty else { return "" }
    let shown = TextMetrics.truncated(text, to: limit, size: size, isBold: isBold)
    return """
      <text x="\(number(x))" y="\(number(y))" class="\(style)">\(Markup.escaped(shown))</text>

      """
  }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }
}
