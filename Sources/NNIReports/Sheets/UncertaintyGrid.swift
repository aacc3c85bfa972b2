import NNIImages

/// Uncertain maps of several classes side by side, with one scale for all.
///
/// The scale shows values from left to right and, unless all are certain, certainty from bottom to top,
/// drawn as the maps are.
///
/// ```swift
/// let panels = try digits.map { UncertaintyGrid.Panel("\($0.name)", passes: $0.count, map: $0.map) }
/// try UncertaintyGrid("Dropout, 100 passes", panels: panels).writeSVG(to: url)
/// ```
public struct UncertaintyGrid: VectorPicture, Hashable {
  /// One map with its name.
  public struct Panel: Sendable, Hashable {
    /// What the map explains, such as a class.
    public var name: String
    /// A line below the map.
    public var note: String
    /// The map; none where there is nothing to explain.
    public var map: UncertaintyMap?

    /// Describes a panel.
    public init(_ name: String, note: String = "", map: UncertaintyMap?) {
      self.name = name
      self.note = note
      self.map = map
    }

    /// The panel of a class that so many passes predicted; without a map when none did.
    public init(_ name: String, passes: Int, map: UncertaintyMap?) {
      let times = passes == 1 ? "once" : "\(passes) times"
      self.init(
        name, note: passes > 0 ? "predicted \(times)" : "", map: passes > 0 ? map : nil)
    }
  }

  /// A line above all; none when empty.
  public var title: String
  /// The maps, row after row.
  public var panels: [Panel]
  /// How many maps a row has.
  public var columns: Int
  /// What is written instead of a map where there is none.
  public var emptyNote: String
  /// The colours of the values.
  public var colors: ColorMap
  /// Which value takes the colour at the end, over the values of all maps together.
  public var scaling: HeatMapScaling
  /// What lies below the colours.
  public var ground: UncertaintyMap.Ground
  /// What the values are.
  public var unit: String
  /// What a reader must know, below all maps.
  public var caption: String
  /// The width of a map.
  public var panelWidth: Double
  /// Sizes of text.
  public var style: ChartStyle

  /// Describes a grid.
  public init(
    _ title: String, panels: [Panel], columns: Int = 5,
    emptyNote: String = "no pass chose this class", colors: ColorMap = .blueWhiteRed,
    scaling: HeatMapScaling = .robust, ground: UncertaintyMap.Ground = .checkered,
    unit: String = "relevance", caption: String = "", panelWidth: Double = 130,
    style: ChartStyle = ChartStyle()
  ) {
    self.title = title
    self.panels = panels
    self.columns = columns
    self.emptyNote = emptyNote
    self.colors = colors
    self.scaling = scaling
    self.ground = ground
    self.unit = unit
    self.caption = caption
    self.panelWidth = panelWidth
    self.style = style
  }

  /// One map three times: whole, what speaks for the class, and what speaks against it.
  public static func split(_ name: String, _ map: UncertaintyMap) -> [Panel] {
    [
      Panel(name, note: "all values", map: map),
      Panel(name, note: "positive values", map: map.part(.positive)),
      Panel(name, note: "negative values", map: map.part(.negative)),
    ]
  }

  /// The grid as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` without panels, for sizes out of range or a scaling out of range;
  ///   `ImageError` when a map cannot be encoded.
  public func svg(for medium: ChartMedium) throws -> String {
    try style.check()
    guard !panels.isEmpty, panels.count <= 1000, columns > 0, panelWidth >= 60, panelWidth <= 2000
    else {
      throw ReportError(
        .option,
        "The grid '\(title)' has \(panels.count) maps \(panelWidth) wide in \(columns) columns; give 1 "
          + "to 1000 maps, a width from 60 to 2000 and at least one column.")
    }
    let limit = try limit()
    let tiles = try panels.map { panel in
      PictureSheet.Tile(
        try panel.map.map { try picture($0, limit) }, title: panel.name,
        note: panel.map == nil ? emptyNote : panel.note)
    }
    let sheet = PictureSheet(
      title, groups: [.init("", tiles)], columns: columns, tileWidth: panelWidth, tallest: 3,
      caption: caption, style: style)
    let isSigned =
      colors.kind == .diverging && panels.compactMap(\.map).contains { $0.values.kind == .signed }
    let isCertain = panels.compactMap(\.map).allSatisfy { $0.certainty.allSatisfy { $0 == 1 } }
    let scale = SheetScale(
      colors: colors, limit: limit, isSigned: isSigned, unit: unit, style: style,
      ground: isCertain ? nil : ground)
    let summary = panels.map { "\($0.name): \($0.map == nil ? emptyNote : $0.note)" }
    return try PictureSheetDrawing(
      sheet, medium: medium, smallestWidth: scale.side + SheetScale.width + 14
    ).svg(summary: summary.joined(separator: "; ")) { y in
      (try scale.svg(x: style.margin, y: y + 4, medium: medium), scale.height)
    }
  }

  private func picture(_ map: UncertaintyMap, _ limit: Double) throws -> Image {
    // Squares of an even number of pixels, so that the ground is even too.
    let wanted = Int(panelWidth * 2) / map.values.width / 2 * 2
    return try map.image(
      colors: colors, scaling: .fixed(limit), ground: ground,
      magnification: min(max(wanted, 2), 32))
  }

  /// The value at the end of the scale, the same for every map.
  func limit() throws -> Double {
    let values = panels.compactMap(\.map).flatMap(\.values.values)
    guard !values.isEmpty else { return 1 }
    let all = HeatMap(
      uncheckedValues: values, height: 1, width: values.count, kind: .signed)
    return try scaling.limit(of: all)
  }
}
