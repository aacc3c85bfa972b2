/// One method's map of one photograph, with all that belongs below it.
public struct ReportTile: Sendable, Hashable {
  /// What is drawn.
  public enum Content: String, Sendable, Hashable, Codable {
    /// The map with the photograph.
    case overlay
    /// The map alone.
    case map
    /// One above the other.
    case both
  }

  /// The method's name.
  public var title: String
  /// What distinguishes this run of it, such as its main options.
  public var subtitle: String
  /// The values.
  public var map: HeatMap
  /// Which of the method's values they are.
  public var part: HeatMap.Part
  /// Their colours.
  public var colors: ColorMap
  /// Which value takes the colour at the end.
  public var scaling: HeatMapScaling
  /// The unit of the values.
  public var unit: String
  /// What is drawn.
  public var content: Content
  /// How the map is shown over the photograph.
  public var style: MapStyle
  /// Score and sum, for methods whose map should sum to something.
  public var ledger: ReportLedger?
  /// Every option of the run.
  public var options: [ReportFact]
  /// What a reader must know before trusting the map, in a few words each.
  public var warnings: [String]

  /// Describes a tile.
  ///
  /// The colours are `blue-white-red` for a signed map and `madder`, which stands out from a paled
  /// photograph, for magnitudes, unless others are given.
  public init(
    title: String, subtitle: String = "", map: HeatMap, part: HeatMap.Part = .all,
    colors: ColorMap? = nil,
    scaling: HeatMapScaling = .robust, unit: String = "logit", content: Content = .overlay,
    style: MapStyle = .overlay(), ledger: ReportLedger? = nil, options: [ReportFact] = [],
    warnings: [String] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.map = map
    self.part = part
    self.colors = colors ?? (map.kind == .signed ? .blueWhiteRed : .madder)
    self.scaling = scaling
    self.unit = unit
    self.content = content
    self.style = style
    self.ledger = ledger
    self.options = options
    self.warnings = warnings
  }
}

extension ReportTile {
  /// The method with what tells its runs apart: `lrp-composite-epsilon-plus-own-rules`.
  public var name: String {
    var name = title
    if let preset = options.first(where: { $0.name == "preset" }) { name += "-\(preset.value)" }
    if options.contains(where: { $0.name == "rules" && !$0.value.isEmpty }) { name += "-own-rules" }
    return name
  }

  /// The same tiles, of which none has another's title and subtitle as far as their options tell them apart.
  ///
  /// Where several have one title and one subtitle, options whose values differ among them join it:
  /// `window 32`, or `window 16, fill blur`.
  static func distinguished(_ tiles: [ReportTile]) -> [ReportTile] {
    tiles.map { tile in
      let alike = tiles.filter { $0.title == tile.title && $0.subtitle == tile.subtitle }
      let differing = tile.options.filter { option in
        alike.contains { other in
          other.options.first { $0.name == option.name }?.value != option.value
        }
      }
      guard !differing.isEmpty else { return tile }
      var changed = tile
      changed.subtitle = ([tile.subtitle] + differing.map { "\($0.name) \($0.value)" })
        .filter { !$0.isEmpty }.joined(separator: ", ")
      return changed
    }
  }

  /// Whether colours stand for values; a photograph that is seen through its map has its own.
  var showsColors: Bool {
    if content == .overlay, case .masked = style { false } else { true }
  }
}
