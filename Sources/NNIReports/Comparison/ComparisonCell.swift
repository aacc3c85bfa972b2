import NNIImages

/// Writes one method's map of one target in a ``Comparison``.
struct ComparisonCell {
  let entry: ComparisonEntry
  let target: ComparisonTarget
  let photo: ComparisonPhoto
  let picture: ReportPicture
  /// The end of the scale that maps in logits share.
  let common: Double?
  /// The method's place.
  let order: Int
  /// The map's number in the page.
  let number: Int

  /// The most pixels of the longer side of what is shown where no script runs.
  private static let stillSize = 256

  private var tile: ReportTile { entry.tile }

  func html() throws -> String {
    let subtitle =
      tile.subtitle.isEmpty || entry.name.hasSuffix(tile.subtitle)
      ? "" : "<p class=\"muted\">\(Markup.escaped(tile.subtitle))</p>\n"
    return try """
    <article class="tile" id="cell\(number)" aria-labelledby="name\(number)" data-cell="\(number)" \
    \(Self.attributes(of: entry, order: order))>
    <div class="head"><h4 id="name\(number)">\(Markup.escaped(entry.name))</h4>
    \(subtitle)</div>
    <div class="plate">\(still)</div>
    <p class="reading" aria-hidden="true"></p>
    <div class="scales">\(scales)</div>
    \(twin)\(books)<details><summary>Options and cost</summary>
    \(HTMLTile.list(facts))</details>
    </article>

    """
  }

  /// By what the script sorts.
  static func attributes(of entry: ComparisonEntry, order: Int) -> String {
    var result = ["data-order=\"\(order)\""]
    if let curves = entry.curves {
      result.append("data-deletion=\"\(curves.deletionArea)\"")
      result.append("data-insertion=\"\(curves.insertionArea)\"")
    }
    if let twin = entry.twin { result.append("data-twin=\"\(abs(twin.rankCorrelation))\"") }
    return result.joined(separator: " ")
  }

  /// The picture where no script runs; its text is the script's, too.
  private var still: String {
    get throws {
      let small = try ReportPicture(
        photo.asReport, fittingWidth: Self.stillSize, height: Self.stillSize)
      let image = try small.overlay(tile)
      let text =
        "\(entry.name) for \(target.name), the map over \(photo.name): "
        + tile.map.description(unit: tile.unit)
      return try """
      <img class="still" src="\(image.jpegAddress(quality: 75))" width="\(image.width)" \
      height="\(image.height)" alt="\(Markup.escaped(text))">
      """
    }
  }

  private var scales: String {
    get throws {
      var result = try scale(
        tile.map, tile.colors, limit: tile.scaling.limit(of: tile.map), "own")
      if entry.isInLogits, let common {
        result += try scale(tile.map, tile.colors, limit: common, "common")
      } else {
        result += """
          <p class="unit for-common">another unit: own scale</p>

          """
      }
      if let twin = entry.twin {
        result += try scale(
          twin.map, twin.colors, limit: HeatMapScaling.robust.limit(of: twin.map), "random")
      } else {
        result += "<p class=\"unit for-random\">\(Markup.escaped(entry.twinRefusal))</p>\n"
      }
      return result
    }
  }

  private func scale(
    _ map: HeatMap, _ colors: ColorMap, limit: Double, _ role: String
  ) throws -> String {
    guard !map.isZero else { return "<p class=\"unit for-\(role)\">zero everywhere</p>\n" }
    let isSigned = map.kind == .signed && colors.kind == .diverging
    let bar = ColorBar(
      colors: colors, limit: limit, isSigned: isSigned,
      isCut: map.largestMagnitude > limit * (1 + 1e-6))
    let unit = bar.factor.isEmpty ? tile.unit : "\(bar.factor) \(tile.unit)"
    let end = NumberText.short(limit)
    let label = Markup.escaped("Scale from \(isSigned ? "−\(end)" : "0") to \(end) \(tile.unit)")
    // A map in another unit has its own scale on the common one, too.
    let roles = role == "own" && !entry.isInLogits ? "for-own for-common" : "for-\(role)"
    return """
      <div class="\(roles)"><svg class="scale" \
      viewBox="0 0 270 \(NumberText.coordinate(ColorBar.height))" role="img" aria-label="\(label)">
      \(bar.svg(x: 0, y: 1, width: 270, identifier: "\(role)\(number)"))</svg>
      <p class="unit">\(Markup.escaped(unit))</p></div>

      """
  }

  private var twin: String {
    guard let twin = entry.twin else {
      return entry.twinRefusal.isEmpty
        ? "" : "<p class=\"twin\">\(Markup.escaped(entry.twinRefusal))</p>\n"
    }
    let value = Markup.escaped(NumberText.fixed(twin.rankCorrelation, decimals: 2))
    return """
      <div class="twin"><div class="thumb"></div><p><span class="which">Random weights</span>\
      <br><span class="muted">rank correlation</span> \(value)</p></div>

      """
  }

  /// The ledger and the warnings of the map that is shown: each network has its own.
  private var books: String {
    let trained = Self.books(tile.ledger, entry.causes, tile.warnings)
    guard let twin = entry.twin else { return trained }
    return """
      <div class="of-trained">\(trained)</div>
      <div class="of-random">\(Self.books(twin.ledger, twin.causes, twin.warnings))</div>

      """
  }

  private static func books(
    _ ledger: ReportLedger?, _ causes: [ReportFact], _ warnings: [String]
  ) -> String {
    (ledger.map { HTMLTile.ledger($0, causes: causes) }
      ?? "<p class=\"muted promise\">promises no sum</p>\n") + HTMLTile.notes(warnings)
  }

  private var facts: [ReportFact] {
    [
      ReportFact("passes, forward + backward", entry.cost.passes),
      ReportFact("time", entry.cost.time), ReportFact("memory, planned", entry.cost.memory),
    ] + tile.options
  }
}
