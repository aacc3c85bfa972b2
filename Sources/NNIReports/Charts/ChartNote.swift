/// A few words at a place of a chart, moved inside the frame where they would leave it.
public struct ChartNote: Sendable, Hashable {
  /// The words.
  public var text: String
  /// Where they are, in units of x.
  public var x: Double
  /// Where they are, in units of y.
  public var y: Double

  /// Describes a note.
  public init(_ text: String, x: Double, y: Double) {
    self.text = text
    self.x = x
    self.y = y
  }
}

extension ChartNote: ChartDrawable {
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape] {
    let place = ChartPlace(x: x, y: y)
    return filter.takes(place) ? [.text(place, text)] : []
  }

  var legend: ChartLegendEntry? { nil }
}
