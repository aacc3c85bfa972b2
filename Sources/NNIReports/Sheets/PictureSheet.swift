public import NNIImages

/// Pictures side by side with their names, in groups where there are several kinds.
///
/// All sheets of pictures are drawn so: what a network looks for, class by class; the photographs that
/// excite a channel; maps with one scale (``MapGrid``, ``UncertaintyGrid``).
///
/// ```swift
/// let sheet = PictureSheet(
///   "features.7:12", groups: [.init("strongest", strongest.map { .init($0.patch, title: "3.1") })])
/// try sheet.image().writePNG(to: URL(filePath: "sheet.png"))
/// ```
public struct PictureSheet: VectorPicture, Hashable {
  /// One picture.
  public struct Tile: Sendable, Hashable {
    /// The picture, enlarged by whole pixels or reduced to the tile's width; none for an empty place.
    public var image: Image?
    /// What stands above it; empty for nothing.
    public var title: String
    /// What stands below it, or in an empty place; empty for nothing.
    public var note: String

    /// Creates a tile.
    public init(_ image: Image?, title: String, note: String = "") {
      self.image = image
      self.title = title
      self.note = note
    }
  }

  /// Pictures that belong together.
  public struct Group: Sendable, Hashable {
    /// A line above the pictures; none when empty.
    public var title: String
    /// The pictures, row after row.
    public var tiles: [Tile]

    /// Describes a group.
    public init(_ title: String, _ tiles: [Tile]) {
      self.title = title
      self.tiles = tiles
    }
  }

  /// A line above all; none when empty.
  public var title: String
  /// The groups, from top to bottom.
  public var groups: [Group]
  /// The most pictures side by side.
  public var columns: Int
  /// The width of a picture on the sheet, in user units (CSS pixels); 40 to 4000.
  public var tileWidth: Double
  /// The tallest picture as a multiple of its width; taller ones become narrower.
  public var tallest: Double
  /// What a reader must know, at the foot; none when empty.
  public var caption: String
  /// Sizes of text.
  public var style: ChartStyle

  /// Describes a sheet of groups.
  public init(
    _ title: String, groups: [Group], columns: Int = 9, tileWidth: Double = 112,
    tallest: Double = 1, caption: String = "", style: ChartStyle = ChartStyle()
  ) {
    self.title = title
    self.groups = groups
    self.columns = columns
    self.tileWidth = tileWidth
    self.tallest = tallest
    self.caption = caption
    self.style = style
  }

  /// Describes a sheet without groups.
  public init(
    _ tiles: [Tile], columns: Int = 5, tileWidth: Double = 168, caption: String = ""
  ) {
    self.init(
      "", groups: [Group("", tiles)], columns: columns, tileWidth: tileWidth, tallest: 3,
      caption: caption)
  }

  /// The sheet as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` when there is no picture or a size is out of range, `ImageError` when a
  ///   picture cannot be encoded.
  public func svg(for medium: ChartMedium) throws -> String {
    try check()
    return try PictureSheetDrawing(self, medium: medium).svg()
  }

  func check() throws {
    try style.check()
    let count = groups.reduce(0) { $0 + $1.tiles.count }
    guard (1...10_000).contains(count), columns > 0, tileWidth >= 40, tileWidth <= 4000,
      tallest >= 0.1, tallest <= 10
    else {
      throw ReportError(
        .option,
        "The sheet '\(title)' has \(count) pictures \(tileWidth) wide, at most \(tallest) times as high, "
          + "in \(columns) columns; give 1 to 10000 pictures, at least one column, a width from 40 to 4000 "
          + "and a height of 0.1 to 10 times that.")
    }
  }
}

extension PictureSheet {
  /// A number for a tile: three significant digits.
  public static func label(_ value: Double) -> String { NumberText.short(value) }
}
