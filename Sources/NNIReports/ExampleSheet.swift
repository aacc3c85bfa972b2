public import NNIImages

/// A contact sheet of small pictures in groups, each with a line or two below it.
///
/// ```swift
/// let sheet = ExampleSheet(
///   "features.7:12", groups: [.init("strongest", strongest.map { .init($0.patch, "3.1") })])
/// try sheet.image().writePNG(to: URL(filePath: "sheet.png"))
/// ```
public struct ExampleSheet: Sendable, Hashable {
  /// A picture with what is written below it.
  public struct Cell: Sendable, Hashable {
    /// The picture; it is enlarged by whole pixels or reduced to the width of a cell.
    public var image: Image
    /// The first line; none when empty.
    public var title: String
    /// The second line; none when empty.
    public var subtitle: String

    /// Describes a cell.
    public init(_ image: Image, _ title: String, subtitle: String = "") {
      self.image = image
      self.title = title
      self.subtitle = subtitle
    }
  }

  /// Pictures that belong together.
  public struct Group: Sendable, Hashable {
    /// A line above the pictures.
    public var title: String
    /// The pictures, row after row.
    public var cells: [Cell]

    /// Describes a group.
    public init(_ title: String, _ cells: [Cell]) {
      self.title = title
      self.cells = cells
    }
  }

  /// A line above all.
  public var title: String
  /// The groups, from top to bottom.
  public var groups: [Group]
  /// The most cells in a row; at least 1.
  public var columns: Int
  /// The width and height of the room for a picture, in user units (CSS pixels); 40 to 2000.
  public var side: Double
  /// What a reader must know, at the foot; none when empty.
  public var caption: String

  /// Describes a sheet.
  public init(
    _ title: String, groups: [Group], columns: Int = 9, side: Double = 112, caption: String = ""
  ) {
    self.title = title
    self.groups = groups
    self.columns = columns
    self.side = side
    self.caption = caption
  }

  /// The sheet as a PNG-ready picture.
  ///
  /// - Parameter scale: Pixels per user unit.
  /// - Returns: An opaque RGB picture.
  /// - Throws: `ImageError` when libvips cannot draw it, and what ``svg()`` throws.
  public func image(scale: Double = 2) throws -> Image {
    try Image(svg: svg(), scale: scale).converted(to: .rgb)
  }

  /// The sheet as an SVG document.
  ///
  /// - Returns: The document; it needs no other file.
  /// - Throws: ``ReportError`` when there is no column or the side is out of range, `ImageError` when a
  ///   picture cannot be encoded.
  public func svg() throws -> String {
    guard columns > 0, side >= 40, side <= 2000 else {
      throw ReportError(
        .option,
        "A sheet cannot have \(columns) columns of pictures \(side) wide; give at least one column and a "
          + "width from 40 to 2000.")
    }
    let used = max(1, min(columns, groups.map(\.cells.count).max() ?? 1))
    let width = 2 * Self.margin + Double(used) * (side + Self.gutter) - Self.gutter
    let room = width - 2 * Self.margin
    var y = Self.margin
    var body = ""
    for line in TextMetrics.wrapped(title, to: room, size: 14, lines: 2, isBold: true) {
      y += 14
      body += Self.text(line, x: Self.margin, y: y, "title", size: 14, limit: room)
      y += 6
    }
    for group in groups {
      y += 16
      body += Self.text(group.title, x: Self.margin, y: y, "group", size: 11, limit: room)
      y += 8
      for start in stride(from: 0, to: group.cells.count, by: used) {
        for (column, cell) in group.cells[start...].prefix(used).enumerated() {
          body += try element(cell, x: Self.margin + Double(column) * (side + Self.gutter), y: y)
        }
        y += side + Self.foot
      }
    }
    for line in TextMetrics.wrapped(caption, to: room, size: 9.5, lines: 4) {
      y += 13
      body += Self.text(line, x: Self.margin, y: y, "note", size: 9.5, limit: room)
    }
    let height = Int((y + Self.margin).rounded(.up))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width.rounded(.up)))" height="\(height)" \
      role="img">
      <title>\(Markup.escaped(title))</title>
      <style>
      text { font-family: \(TextMetrics.family); fill: #1f2328; }
      .title { font-size: 14px; font-weight: 600; }
      .group { font-size: 11px; fill: #57606a; }
      .cell { font-size: 10px; }
      .note { font-size: 9.5px; fill: #57606a; }
      image { image-rendering: pixelated; }
      </style>
      <rect width="\(Int(width.rounded(.up)))" height="\(height)" fill="#fff"/>
      \(body)</svg>

      """
  }

  private static let margin = 18.0
  private static let gutter = 10.0
  /// The height of the lines below a picture.
  private static let foot = 36.0

  private func element(_ cell: Cell, x: Double, y: Double) throws -> String {
    let image = cell.image
    let share = min(side / Double(image.width), side / Double(image.height))
    let (width, height) = (Double(image.width) * share, Double(image.height) * share)
    // Two pixels for each user unit; a smaller picture keeps its own pixels.
    let shrink = min(1, 2 * share)
    let shown = try image.converted(to: .rgb).resized(
      width: max(1, Int((Double(image.width) * shrink).rounded())),
      height: max(1, Int((Double(image.height) * shrink).rounded())), interpolation: .bicubic)
    let left = NumberText.coordinate(x + (side - width) / 2)
    let top = NumberText.coordinate(y + (side - height) / 2)
    return try """
    <image x="\(left)" y="\(top)" width="\(NumberText.coordinate(width))" \
    height="\(NumberText.coordinate(height))" preserveAspectRatio="none" \
    href="\(shown.pngAddress())"/>

    """ + Self.text(cell.title, x: x, y: y + side + 13, "cell", size: 10, limit: side)
      + Self.text(cell.subtitle, x: x, y: y + side + 25, "note", size: 9.5, limit: side)
  }

  private static func text(
    _ text: String, x: Double, y: Double, _ style: String, size: Double, limit: Double
  ) -> String {
    guard !text.isEmpty else { return "" }
    let shown = TextMetrics.truncated(text, to: limit, size: size, isBold: style == "title")
    return """
      <text x="\(NumberText.coordinate(x))" y="\(NumberText.coordinate(y))" class="\(style)">\
      \(Markup.escaped(shown))</text>

      """
  }
}

extension ExampleSheet {
  /// A number for a cell: three significant digits.
  public static func label(_ value: Double) -> String { NumberText.short(value) }
}
