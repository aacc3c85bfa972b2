/// The scale of a map, drawn: colours, ticks and numbers.
struct ColorBar {
  /// The map's colours.
  var colors: ColorMap
  /// The value at the end.
  var limit: Double
  /// Whether the scale goes to both sides.
  var isSigned: Bool
  /// Whether values beyond the end exist; the bar then ends in points.
  var isCut: Bool

  /// The height of bar, ticks and numbers together.
  static let height = 25.0
  private static let thickness = 8.0
  private static let point = 7.0

  /// The power of ten that the numbers leave out; empty when there is none.
  var factor: String { AxisTicks(limit: limit, isSigned: isSigned).factor }

  /// SVG with its upper left corner at a place; `identifier` is unique in the document.
  func svg(x: Double, y: Double, width: Double, identifier: String) -> String {
    let (start, end) = (x + Self.point, x + width - Self.point)
    var result = gradient(from: start, to: end, identifier: identifier)
    result += """
      <path d="\(outline(x: x, y: y, width: width))" fill="url(#\(identifier))" \
      stroke="#000" stroke-opacity="0.35" stroke-width="0.5"/>

      """
    let ticks = AxisTicks(limit: limit, isSigned: isSigned)
    let bottom = y + Self.thickness
    for (value, label) in zip(ticks.values, ticks.labels) {
      let share = isSigned ? (value / limit + 1) / 2 : value / limit
      let place = NumberText.coordinate(start + (end - start) * share)
      result += """
        <path d="M\(place) \(NumberText.coordinate(bottom))v3" stroke="#57606a" stroke-width="0.75"/>
        <text x="\(place)" y="\(NumberText.coordinate(bottom + 13))" class="tick">\(label)</text>

        """
    }
    return result
  }

  private func outline(x: Double, y: Double, width: Double) -> String {
    let (start, end) = (x + Self.point, x + width - Self.point)
    let (middle, bottom) = (y + Self.thickness / 2, y + Self.thickness)
    var corners = [(start, y), (end, y)]
    if isCut { corners.append((end + Self.point, middle)) }
    corners += [(end, bottom), (start, bottom)]
    if isCut && isSigned { corners.append((start - Self.point, middle)) }
    let path = corners.map { "\(NumberText.coordinate($0)) \(NumberText.coordinate($1))" }
    return "M" + path.joined(separator: "L") + "Z"
  }

  private func gradient(from start: Double, to end: Double, identifier: String) -> String {
    let stops = (0...32).map { step in
      let share = Double(step) / 32
      let color = colors.color(of: isSigned ? share * 2 - 1 : share)
      return "<stop offset=\"\(share)\" stop-color=\"\(color.hexadecimal)\"/>"
    }
    return """
      <linearGradient id="\(identifier)" gradientUnits="userSpaceOnUse" \
      x1="\(NumberText.coordinate(start))" y1="0" x2="\(NumberText.coordinate(end))" y2="0">\
      \(stops.joined())</linearGradient>

      """
  }
}

extension ReportTile {
  /// The scale of the tile's map.
  func colorBar() throws -> ColorBar {
    let limit = try scaling.limit(of: map)
    return ColorBar(
      colors: colors, limit: limit, isSigned: map.kind == .signed && colors.kind == .diverging,
      isCut: map.largestMagnitude > limit * (1 + 1e-6))
  }
}
