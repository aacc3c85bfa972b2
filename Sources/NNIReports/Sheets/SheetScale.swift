import NNIImages

/// The scale at the foot of a sheet of maps: values to the right and, for uncertain maps, certainty upwards;
/// drawn as the maps are.
struct SheetScale {
  static let width = 210.0

  var colors: ColorMap
  var limit: Double
  var isSigned: Bool
  var unit: String
  var style: ChartStyle
  /// What shows through uncertain values; none for a scale without certainty.
  var ground: UncertaintyMap.Ground?
  var width = Self.width

  /// The height of the bar itself.
  private var barHeight: Double { ground == nil ? 10 : 26 }

  /// From the top of the bar to below its unit.
  var height: Double { barHeight + style.tickSize + style.labelSize + 26 }

  /// Certain and uncertain, to the left of the bar.
  var side: Double {
    ground == nil ? 0 : TextMetrics.width("uncertain", size: style.tickSize) + 6
  }

  func svg(x: Double, y: Double, medium: ChartMedium) throws -> String {
    let left = x + side
    let bar = try PictureSheetDrawing.element(
      image(), x: left, y: y, width: width, height: barHeight, medium: medium)
    let ends = [("certain", y + style.tickSize * 0.8), ("uncertain", y + barHeight)].map {
      ChartText(text: $0, x: left - 6, y: $1, size: style.tickSize, anchor: .end).svg(for: medium)
    }
    let ticks = AxisTicks(limit: limit, isSigned: isSigned)
    let bottom = y + barHeight
    // Where numbers would touch, every second one stays, and zero with them.
    let widest = ticks.labels.map { TextMetrics.width($0, size: style.tickSize) }.max() ?? 0
    let distance = width / Double(max(ticks.values.count - 1, 1))
    let zero = ticks.values.firstIndex(of: 0) ?? 0
    let labels = zip(ticks.values, ticks.labels).enumerated().map { index, tick in
      let (value, all) = tick
      let label = widest + 4 < distance || (index - zero) % 2 == 0 ? all : ""
      let share = isSigned ? (value / limit + 1) / 2 : value / limit
      let place = left + width * share
      return """
        <path d="M\(NumberText.coordinate(place)) \(NumberText.coordinate(bottom))v3" \
        stroke="\(ChartColor.muted.paint(for: medium))" stroke-width="0.75"/>

        """
          + ChartText(
            text: label, x: place, y: bottom + style.tickSize + 5, size: style.tickSize,
            anchor: .middle
          ).svg(for: medium)
    }
    let unit = [ticks.factor, self.unit].filter { !$0.isEmpty }.joined(separator: " ")
    let name = ChartText(
      text: TextMetrics.truncated(unit, to: width, size: style.labelSize), x: left + width / 2,
      y: bottom + style.tickSize + style.labelSize + 10, size: style.labelSize, color: .ink,
      anchor: .middle
    ).svg(for: medium)
    return bar + (ground == nil ? "" : ends.joined()) + labels.joined() + name
  }

  private func image() throws -> Image {
    let (columns, rows) = (105, 13)
    let values = (0..<rows).flatMap { _ in
      (0..<columns).map { column in
        let share = (Double(column) + 0.5) / Double(columns)
        return Float((isSigned ? share * 2 - 1 : share) * limit)
      }
    }
    let map = try HeatMap(
      values, height: rows, width: columns, kind: isSigned ? .signed : .magnitude)
    guard let ground else { return try map.image(colors: colors, scaling: .fixed(limit)) }
    let certainty = (0..<rows).flatMap { row in
      [Float](repeating: 1 - Float(row) / Float(rows - 1), count: columns)
    }
    return try UncertaintyMap(map, certainty: certainty).image(
      colors: colors, scaling: .fixed(limit), ground: ground, magnification: 4)
  }
}
