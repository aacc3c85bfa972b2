import NNIImages

/// Writes one method's map in an ``HTMLReport``.
struct HTMLTile {
  let tile: ReportTile
  let photo: ReportPhoto
  let picture: ReportPicture
  let identifier: String

  init(_ tile: ReportTile, of photo: ReportPhoto, picture: ReportPicture, identifier: String) {
    self.tile = tile
    self.photo = photo
    self.picture = picture
    self.identifier = identifier
  }

  func html() throws -> String {
    try """
    <figure class="tile">
    <h3>\(Markup.escaped(tile.title))</h3>
    <p class="muted">\(Markup.escaped(tile.subtitle))</p>
    \(pictures())\(scale())<figcaption>
    \(tile.ledger.map { Self.ledger($0) } ?? "")\(warnings)\(HTMLTile.list(tile.options))</figcaption>
    </figure>

    """
  }

  /// Facts as a list of terms; nothing when there are none.
  static func list(_ facts: [ReportFact], style: String = "facts") -> String {
    guard !facts.isEmpty else { return "" }
    let items = facts.map {
      "<dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))</dd>\n"
    }
    return "<dl class=\"\(style)\">\n\(items.joined())</dl>\n"
  }

  private func pictures() throws -> String {
    var result = ""
    if tile.content != .map {
      let image = try picture.overlay(tile)
      result += element(try image.jpegAddress(), image, style: "overlay", "over the photograph")
    }
    if tile.content != .overlay {
      // One pixel a value, magnified by the browser; small maps are magnified here, for those that
      // blur.
      let image = try tile.plainMap(width: 224)
      result += element(try image.pngAddress(), image, style: "map", "alone")
    }
    return result
  }

  private func element(
    _ address: String, _ image: Image, style: String, _ place: String
  ) -> String {
    """
    <img class="\(style)" src="\(address)" width="\(image.width)" height="\(image.height)" \
    alt="\(Markup.escaped(description(place)))">

    """
  }

  /// What a reader who does not see the picture should know of it.
  private func description(_ place: String) -> String {
    let name = photo.explained.map { " for \($0.className)" } ?? ""
    return "\(tile.title)\(name), the map \(place) \(photo.name): "
      + tile.map.description(unit: tile.unit)
  }

  private func scale() throws -> String {
    guard !tile.map.isZero, tile.showsColors else { return "" }
    let bar = try tile.colorBar()
    let unit = bar.factor.isEmpty ? tile.unit : "\(bar.factor) \(tile.unit)"
    let limit = NumberText.short(bar.limit)
    let lowest = bar.isSigned ? "−\(limit)" : "0"
    let label = Markup.escaped("Scale from \(lowest) to \(limit) \(tile.unit)")
    return """
      <svg class="scale" viewBox="0 0 270 \(NumberText.coordinate(ColorBar.height))" role="img" \
      aria-label="\(label)">
      \(bar.svg(x: 0, y: 1, width: 270, identifier: identifier))</svg>
      <p class="unit">\(Markup.escaped(unit))</p>

      """
  }

  /// Score, sum and residual of a map, and what took the residual where that is known.
  static func ledger(_ ledger: ReportLedger, causes: [ReportFact] = []) -> String {
    let reference =
      ledger.reference == 0
      ? [] : [ReportFact("reference", NumberText.short(ledger.reference))]
    let share =
      ledger.residualShare.isFinite ? " (\(NumberText.percent(ledger.residualShare)))" : ""
    return list(
      [ReportFact("score", NumberText.short(ledger.score))] + reference
        + [
          ReportFact("sum of the map", NumberText.short(ledger.sum)),
          ReportFact("residual", NumberText.short(ledger.residual) + share),
        ] + (causes.isEmpty ? ledger.parts : causes), style: "ledger")
  }

  /// What a reader must know before trusting a map; nothing when there is nothing.
  static func notes(_ notes: [String]) -> String {
    guard !notes.isEmpty else { return "" }
    let items = notes.map { "<li>\(Markup.escaped($0))</li>\n" }
    return "<ul class=\"warnings\">\n\(items.joined())</ul>\n"
  }

  private var warnings: String {
    Self.notes((tile.map.isZero ? ["The map is zero everywhere."] : []) + tile.warnings)
  }
}
