/// One line of text in a drawing.
struct ChartText {
  /// Which point of the text is placed.
  enum Anchor: String {
    case start, middle, end
  }

  var text: String
  var x: Double
  /// The baseline.
  var y: Double
  var size: Double
  var color = ChartColor.muted
  var anchor = Anchor.start
  var isBold = false
  /// Degrees clockwise around the placed point.
  var rotation = 0.0

  func svg(for medium: ChartMedium) -> String {
    guard !text.isEmpty else { return "" }
    let (x, y) = (NumberText.coordinate(x), NumberText.coordinate(y))
    let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let weight = isBold ? " font-weight=\"600\"" : ""
    let turn =
      rotation == 0
      ? "" : " transform=\"rotate(\(NumberText.coordinate(rotation)) \(x) \(y))\""
    return """
      <text x="\(x)" y="\(y)" font-size="\(NumberText.coordinate(size))" \
      fill="\(color.paint(for: medium))"\(side)\(weight)\(turn)>\(Markup.escaped(text))</text>

      """
  }
}
