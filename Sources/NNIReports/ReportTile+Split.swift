extension ReportTile {
  /// The tile as two with one scale: what speaks for the class, and what speaks against it.
  ///
  /// A map of magnitudes stays one tile.
  /// - Throws: ``ReportError`` when the scaling is out of range.
  public func split() throws -> [ReportTile] {
    guard map.kind == .signed else { return [self] }
    let limit = try scaling.limit(of: map)
    return [HeatMap.Part.positive, .negative].map { part in
      var tile = self
      tile.part = part
      tile.subtitle = "\(part.rawValue) values" + (subtitle.isEmpty ? "" : ", \(subtitle)")
      tile.map = map.part(part)
      tile.scaling = .fixed(limit)
      // Only the whole map has to sum to the score.
      tile.ledger = nil
      tile.options.append(
        ReportFact("sum of \(part.rawValue) values", NumberText.short(tile.map.sum)))
      return tile
    }
  }
}
