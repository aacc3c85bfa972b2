/// The names of a chart's marks, in rows.
struct ChartLegend {
  static let swatchWidth = 22.0
  static let maximumRows = 4
  private static let gap = 16.0
  private static let longest = 190.0

  struct Item {
    var entry: ChartLegendEntry
    var text: String
    var x: Double
    var row: Int
  }

  private(set) var items: [Item] = []
  /// How many names found no room.
  private(set) var omitted = 0
  let rowHeight: Double

  init(_ entries: [ChartLegendEntry], width: Double, size: Double) {
    rowHeight = size + 6
    var (x, row) = (0.0, 0)
    for (index, entry) in entries.enumerated() {
      let limit = min(Self.longest, width - Self.swatchWidth - 6)
      let text = TextMetrics.truncated(entry.label, to: limit, size: size)
      let room = Self.swatchWidth + 6 + TextMetrics.width(text, size: size)
      if x > 0 && x + room > width {
        (x, row) = (0, row + 1)
        if row == Self.maximumRows {
          omitted = entries.count - index
          return
        }
      }
      items.append(Item(entry: entry, text: text, x: x, row: row))
      x += room + Self.gap
    }
  }

  var rows: Int { (items.last?.row ?? -1) + 1 }
  var height: Double { Double(rows) * rowHeight }
}
