public import NNIImages

/// Several maps beside each other with a common scale: methods, classes, or classes and methods.
///
/// ```swift
/// try MapGrid("Two classes", maps: [.init("dog", map: dog), .init("cat", map: cat)]).writeSVG(to: url)
/// let rows = classes.map { MapGrid.Row($0.name, $0.panels) }
/// try MapGrid("Classes and methods", rows: rows, sharing: .columns).writeSVG(to: url)
/// ```
public struct MapGrid: VectorPicture, Hashable {
  /// One map with its name.
  public struct Panel: Sendable, Hashable {
    /// What it is, such as a class or a method.
    public var name: String
    /// A line below the map.
    public var note: String
    /// The map; none where there is nothing to explain, which the note then says.
    public var map: HeatMap?

    /// Describes a panel.
    public init(_ name: String, note: String = "", map: HeatMap?) {
      self.name = name
      self.note = note
      self.map = map
    }
  }

  /// Panels that belong together, such as those of one class.
  public struct Row: Sendable, Hashable {
    /// A line above the panels; none when empty.
    public var name: String
    /// From left to right.
    public var panels: [Panel]

    /// Describes a row.
    public init(_ name: String, _ panels: [Panel]) {
      self.name = name
      self.panels = panels
    }
  }

  /// Which maps have one scale.
  public enum Sharing: String, Sendable, Hashable, Codable {
    /// All of them.
    case all
    /// Those below each other, for methods whose values have different units.
    case columns
  }

  /// What lies below the maps.
  public struct Ground: Sendable, Hashable {
    /// The whole photograph.
    public var photo: Image
    /// What the network saw of it, in its pixels.
    public var region: CropGeometry.Region
    /// How maps are shown over it.
    public var style: MapStyle

    /// Describes a ground.
    public init(
      _ photo: Image, region: CropGeometry.Region, style: MapStyle = .overlay()
    ) {
      self.photo = photo
      self.region = region
      self.style = style
    }
  }

  /// A line above all; none when empty.
  public var title: String
  /// The panels, row after row.
  public var rows: [Row]
  /// How many panels stand side by side.
  public var columns: Int
  /// Which maps have one scale.
  public var sharing: Sharing
  /// The photograph below the maps; none shows the maps alone.
  public var ground: Ground?
  /// The colours of signed maps.
  public var colors: ColorMap
  /// The colours of magnitudes, where all maps of a scale are such.
  public var magnitudeColors: ColorMap
  /// Which value takes the colour at the end, over the values of all maps that share a scale.
  public var scaling: HeatMapScaling
  /// What the values are; for shared columns one for each, or the same for all.
  public var units: [String]
  /// The width of a map.
  public var panelWidth: Double
  /// What a reader must know, below all maps.
  public var caption: String
  /// Sizes of text.
  public var style: ChartStyle

  /// Describes a grid of rows.
  public init(
    _ title: String, rows: [Row], columns: Int = 8, sharing: Sharing = .all, ground: Ground? = nil,
    colors: ColorMap = .blueWhiteRed, magnitudeColors: ColorMap = .madder,
    scaling: HeatMapScaling = .robust, units: [String] = ["relevance"], panelWidth: Double = 168,
    caption: String = "", style: ChartStyle = ChartStyle()
  ) {
    self.title = title
    self.rows = rows
    self.columns = columns
    self.sharing = sharing
    self.ground = ground
    self.colors = colors
    self.magnitudeColors = magnitudeColors
    self.scaling = scaling
    self.units = units
    self.panelWidth = panelWidth
    self.caption = caption
    self.style = style
  }

  /// Describes maps side by side.
  public init(
    _ title: String, maps: [Panel], columns: Int = 5, ground: Ground? = nil,
    scaling: HeatMapScaling = .robust, unit: String = "relevance", panelWidth: Double = 168,
    caption: String = ""
  ) {
    self.init(
      title, rows: [Row("", maps)], columns: columns, ground: ground, scaling: scaling,
      units: [unit], panelWidth: panelWidth, caption: caption)
  }

  /// What speaks for a class and what speaks against it, side by side with one scale.
  public static func split(_ name: String, _ map: HeatMap) -> [Panel] {
    let (positive, negative) = (map.part(.positive), map.part(.negative))
    return [
      Panel(name, note: "positive values, sum \(NumberText.short(positive.sum))", map: positive),
      Panel(name, note: "negative values, sum \(NumberText.short(negative.sum))", map: negative),
    ]
  }
}
