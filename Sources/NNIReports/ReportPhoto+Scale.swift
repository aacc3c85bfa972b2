extension ReportPhoto {
  /// The same with one scale for all maps of a kind and a unit, so that their colours can be compared.
  ///
  /// The end of the scale is the largest of the ends that the maps would have alone.
  ///
  /// - Throws: ``ReportError`` when a scaling is out of range.
  public func withCommonScale() throws -> ReportPhoto {
    struct Key: Hashable {
      let kind: HeatMap.Kind
      let unit: String
    }
    var limits: [Key: Double] = [:]
    for tile in tiles where !tile.map.isZero {
      let key = Key(kind: tile.map.kind, unit: tile.unit)
      limits[key] = max(limits[key] ?? 0, try tile.scaling.limit(of: tile.map))
    }
    var changed = self
    for index in tiles.indices {
      let key = Key(kind: tiles[index].map.kind, unit: tiles[index].unit)
      if let limit = limits[key], limit > 0 { changed.tiles[index].scaling = .fixed(limit) }
    }
    changed.hasCommonScale = true
    return changed
  }
}
