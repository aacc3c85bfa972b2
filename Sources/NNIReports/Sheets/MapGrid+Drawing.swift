import NNIImages

extension MapGrid {
  /// The grid as one `<svg>` element.
  ///
  /// - Throws: ``ReportError`` without panels, for sizes out of range or a scaling out of range;
  ///   `ImageError` when a map cannot be encoded.
  public func svg(for medium: ChartMedium) throws -> String {
    let scales = try self.scales()
    let picture = try ground.map { try shrunk($0) }
    var sheet = PictureSheet(
      title, groups: [], columns: columns, tileWidth: panelWidth, tallest: 1.4, caption: caption,
      style: style)
    sheet.groups = try rows.map { row in
      PictureSheet.Group(
        row.name,
        try row.panels.enumerated().map { column, panel in
          let scale = scales[sharing == .all ? 0 : column]
          return PictureSheet.Tile(
            try panel.map.map { try image($0, scale, picture) }, title: panel.name, note: panel.note
          )
        })
    }
    try sheet.check()
    let isShared = sharing == .all
    let drawing = PictureSheetDrawing(
      sheet, medium: medium, smallestWidth: isShared ? SheetScale.width + 40 : 0)
    return try drawing.svg { y in
      // The numbers at the ends of a bar stand out by half their width.
      let inset = isShared ? 14.0 : 0
      let bars = try scales.enumerated().map { column, scale in
        try scale.svg(x: drawing.left(column) + inset, y: y + 4, medium: medium)
      }
      return (bars.joined(), scales[0].height)
    }
  }

  /// One scale, or one for each column.
  func scales() throws -> [SheetScale] {
    let count = rows.map(\.panels.count).max() ?? 0
    guard sharing == .columns else {
      let maps = rows.flatMap(\.panels).compactMap(\.map)
      return [try scale(of: maps, unit: units.first ?? "", width: SheetScale.width)]
    }
    guard count > 0, count <= columns, units.count == 1 || units.count == count else {
      throw ReportError(
        .option,
        "The grid '\(title)' has \(count) maps in a row of \(columns) columns with a scale for each, and "
          + "\(units.count) units; give as many columns as maps, and one unit for each or one for all."
      )
    }
    return try (0..<count).map { column in
      let maps = rows.compactMap {
        $0.panels.indices.contains(column) ? $0.panels[column].map : nil
      }
      return try scale(
        of: maps, unit: units.count == 1 ? units[0] : units[column], width: panelWidth)
    }
  }

  private func scale(of maps: [HeatMap], unit: String, width: Double) throws -> SheetScale {
    let isSigned = maps.contains { $0.kind == .signed }
    let values = maps.flatMap(\.values)
    let all = HeatMap(
      uncheckedValues: values.isEmpty ? [0] : values, height: 1, width: max(values.count, 1),
      kind: .signed)
    let shown = isSigned || maps.isEmpty ? colors : magnitudeColors
    return SheetScale(
      colors: shown, limit: try scaling.limit(of: all),
      isSigned: isSigned && shown.kind == .diverging, unit: unit, style: style, width: width)
  }

  /// The photograph at twice the size at which it is shown.
  private func shrunk(_ ground: Ground) throws -> ReportPicture {
    let photo = ReportPhoto(
      name: "", image: ground.photo, region: ground.region, predictions: [], tiles: [])
    let side = Int(min(max(panelWidth, 1), 4000) * 2)
    return try ReportPicture(photo, fittingWidth: side, height: side)
  }

  private func image(
    _ map: HeatMap, _ scale: SheetScale, _ picture: ReportPicture?
  ) throws -> Image {
    guard let picture, let ground else {
      return try map.image(colors: scale.colors, scaling: .fixed(scale.limit))
    }
    return try ground.style.picture.image(
      of: map, on: picture.image, region: picture.region, colors: scale.colors,
      scaling: .fixed(scale.limit))
  }
}
