public import NNIImages

/// A contact sheet: one photograph and what several methods say about it, for a paper or a slide.
///
/// The sheet is one SVG document with the pictures inside it, and the same document drawn as PNG.
/// The first tile shows the photograph with the network's answer; every further tile is a method's
/// map with its scale, its sum and its warnings. Long names are cut with an ellipsis.
///
/// ```swift
/// let figure = Figure(of: photo)
/// try figure.image().writePNG(to: URL(filePath: "espresso.png"))
/// ```
public struct Figure: Sendable, Hashable {
  /// How many classes the first tile lists.
  static let predictionLimit = 3
  static let predictionHeight = 17.0

  /// What is shown.
  public var photo: ReportPhoto
  /// The most tiles in a row, the photograph's included.
  public var columns: Int
  /// The width of a tile in user units (CSS pixels).
  public var tileWidth: Double
  /// A line below all tiles; none when empty.
  public var caption: String

  /// Describes a sheet.
  public init(
    of photo: ReportPhoto, columns: Int = 4, tileWidth: Double = 220, caption: String = ""
  ) {
    self.photo = photo
    self.columns = columns
    self.tileWidth = tileWidth
    self.caption = caption
  }

  /// The sheet as a PNG-ready picture.
  ///
  /// - Parameter scale: pixels per user unit; 2 suits screens of high resolution and print at 190
  ///   dpi.
  /// - Returns: an opaque RGB picture.
  /// - Throws: `ImageError` when libvips cannot draw it, and what ``svg()`` throws.
  public func image(scale: Double = 2) throws -> Image {
    try Self.image(svg(), scale: scale)
  }

  /// The sheet that ``svg()`` gave, drawn.
  static func image(_ svg: String, scale: Double = 2) throws -> Image {
    try Image(svg: svg, scale: scale).converted(to: .rgb)
  }

  /// The sheet as an SVG document.
  ///
  /// - Returns: the document; it needs no other file.
  /// - Throws: ``ReportError`` when a scaling is out of range or the width below 80, `ImageError`
  ///   when a picture cannot be encoded.
  public func svg() throws -> String {
    guard tileWidth >= 80, tileWidth <= 4000, columns > 0 else {
      throw ReportError(
        .option,
        "A figure cannot have \(columns) columns of tiles \(tileWidth) wide; "
          + "give at least one column and a width from 80 to 4000.")
    }
    return try FigureDrawing(self).document()
  }

  /// A tile's warnings in lines; the first of each warning is marked.
  static func warningLines(
    of tile: ReportTile, width: Double
  ) -> [(text: String, isFirst: Bool)] {
    let notes = tile.map.isZero ? ["the map is zero everywhere"] : []
    let lines = (notes + tile.warnings).flatMap { warning in
      TextMetrics.wrapped(
        warning, to: width - 13, size: 9.5, lines: FigureLayout.warningLines
      ).enumerated().map { (text: $1, isFirst: $0 == 0) }
    }
    return Array(lines.prefix(4))
  }
}
