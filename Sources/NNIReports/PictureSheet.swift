public import NNIImages

/// Pictures side by side with their names: what a network looks for, class by class.
public struct PictureSheet: Sendable {
  /// One picture.
  public struct Tile: Sendable {
    /// The picture.
    public var image: Image
    /// What stands above it.
    public var title: String
    /// What stands below it; empty for nothing.
    public var note: String

    /// Creates a tile.
    public init(_ image: Image, title: String, note: String = "") {
      self.image = image
      self.title = title
      self.note = note
    }
  }

  /// The pictures in order.
  public var tiles: [Tile]
  /// How many stand side by side.
  public var columns: Int
  /// The width of a picture on the sheet.
  public var tileWidth: Double
  /// What stands below the sheet; empty for nothing.
  public var caption: String

  /// Creates a sheet.
  public init(
    _ tiles: [Tile], columns: Int = 5, tileWidth: Double = 168, caption: String = ""
  ) {
    self.tiles = tiles
    self.columns = columns
    self.tileWidth = tileWidth
    self.caption = caption
  }

  private static let margin = 20.0
  private static let gutter = 16.0
  private static let heading = 20.0
  private static let foot = 18.0

  /// The sheet as an opaque picture.
  ///
  /// - Parameter scale: Pixels per user unit.
  /// - Returns: An RGB picture.
  /// - Throws: `ImageError` when libvips cannot draw it, and what ``svg()`` throws.
  public func image(scale: Double = 1.5) throws -> Image {
    try Image(svg: svg(), scale: scale).converted(to: .rgb)
  }

  /// The sheet as an SVG document that needs no other file.
  ///
  /// - Throws: ``ReportError`` when there is no picture or the columns are out of range.
  public func svg() throws -> String {
    guard !tiles.isEmpty, columns > 0, (40...4000).contains(tileWidth) else {
      throw ReportError(
        .option,
        "A sheet cannot have \(tiles.count) pictures in \(columns) columns of width \(tileWidth); "
          + "give at least one picture and column and a width from 40 to 4000.")
    }
    let across = min(columns, tiles.count)
    var body = ""
    var top = Self.margin
    for start in stride(from: 0, to: tiles.count, by: across) {
      let row = tiles[start..<min(start + across, tiles.count)]
      var height = 0.0
      for (column, tile) in row.enumerated() {
        let left = Self.margin + Double(column) * (tileWidth + Self.gutter)
        let own = tileWidth * Double(tile.image.height) / Double(tile.image.width)
        height = max(height, own)
        body += text(tile.title, x: left, y: top + 13, size: 12, weight: 600, color: "#1a1a1a")
        // Small pictures show their pixels, large ones are drawn smoothly.
        let rendering = Double(tile.image.width) * 2 < tileWidth ? "optimizeSpeed" : "auto"
        body +=
          "<image x=\"\(left)\" y=\"\(top + Self.heading)\" width=\"\(tileWidth)\" height=\"\(own)\" "
          + "image-rendering=\"\(rendering)\" href=\"\(try enlarged(tile.image).pngAddress())\"/>"
        if !tile.note.isEmpty {
          body += text(
            tile.note, x: left, y: top + Self.heading + own + 13, size: 10.5, weight: 400,
            color: "#555555")
        }
      }
      top += Self.heading + height + Self.foot + 8
    }
    if !caption.isEmpty {
      body += text(caption, x: Self.margin, y: top + 6, size: 10.5, weight: 400, color: "#555555")
      top += 14
    }
    let width =
      2 * Self.margin + Double(across) * (tileWidth + Self.gutter) - Self.gutter
    let height = (top + Self.margin - 8).rounded(.up)
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
      + "viewBox=\"0 0 \(width) \(height)\" font-family=\"sans-serif\">"
      + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\(body)</svg>"
  }

  /// A picture whose pixels are repeated until it is as wide as its tile, so that they stay squares.
  private func enlarged(_ image: Image) throws -> Image {
    let factor = Int(tileWidth) / max(image.width, 1)
    guard factor >= 2 else { return image }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(image.pixels.count * factor * factor)
    for row in 0..<image.height {
      var line: [UInt8] = []
      for column in 0..<image.width {
        let start = (row * image.width + column) * image.channels
        for _ in 0..<factor { line += image.pixels[start..<start + image.channels] }
      }
      for _ in 0..<factor { pixels += line }
    }
    return try Image(
      width: image.width * factor, height: image.height * factor, layout: image.layout,
      pixels: pixels)
  }

  private func text(
    _ text: String, x: Double, y: Double, size: Double, weight: Int, color: String
  ) -> String {
    let fitting = TextMetrics.wrapped(text, to: tileWidth, size: size, lines: 1).first ?? ""
    return "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" font-weight=\"\(weight)\" "
      + "fill=\"\(color)\">\(Markup.escaped(text == caption ? text : fitting))</text>"
  }
}
