/// A line through values in their order, with or without a band around it.
///
/// Where a value is NaN or infinite the line has a gap, which the chart's note counts.
public struct ChartLine: Sendable, Hashable {
  /// Its name in the legend; it is not listed when empty.
  public var label: String
  /// Where the values lie.
  public var x: [Double]
  /// The values.
  public var y: [Double]
  /// The lower edge of the band; no band when empty.
  public var lower: [Double]
  /// The upper edge of the band; no band when empty.
  public var upper: [Double]
  /// The colour.
  public var color: ChartColor
  /// Whether the line is dashed; lines that share a colour with an earlier series always are.
  public var isDashed: Bool
  /// Whether every value has a point.
  public var hasPoints: Bool

  /// Describes a line.
  public init(
    _ label: String, x: [Double], y: [Double], lower: [Double] = [], upper: [Double] = [],
    color: ChartColor = .series(0), isDashed: Bool = false, hasPoints: Bool = false
  ) {
    self.label = label
    self.x = x
    self.y = y
    self.lower = lower
    self.upper = upper
    self.color = color
    self.isDashed = isDashed
    self.hasPoints = hasPoints
  }
}

extension ChartLine: ChartDrawable {
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape] {
    try checkColumns("line '\(label)'", [("x", x.count), ("y", y.count)])
    let hasBand = !lower.isEmpty || !upper.isEmpty
    if hasBand {
      try checkColumns(
        "band of the line '\(label)'",
        [("x", x.count), ("the lower edge", lower.count), ("the upper edge", upper.count)])
    }
    var result: [ChartShape] = []
    if hasBand {
      for run in Self.runs(x.indices, where: { isBand($0, filter) }) {
        let below = run.map { ChartPlace(x: x[$0], y: lower[$0]) }
        let above = run.reversed().map { ChartPlace(x: x[$0], y: upper[$0]) }
        result.append(.area(below + above, band))
      }
    }
    let isShown = x.indices.map { filter.takes(ChartPlace(x: x[$0], y: y[$0])) }
    var points: [ChartPlace] = []
    for run in Self.runs(x.indices, where: { isShown[$0] }) {
      let places = run.map { ChartPlace(x: x[$0], y: y[$0]) }
      if places.count > 1 { result.append(.curve(places, stroke)) }
      // A value between two gaps would not be seen without a point.
      if hasPoints || places.count == 1 { points += places }
    }
    if !points.isEmpty {
      result.append(.markers(points, marker, scale: 1, ChartFill(color: color)))
    }
    return result
  }

  var legend: ChartLegendEntry? {
    guard !label.isEmpty else { return nil }
    return ChartLegendEntry(
      label: label,
      swatch: .line(
        stroke, hasPoints ? marker : nil, band: lower.isEmpty ? nil : band))
  }

  private var marker: ChartMarker { .series(color) }

  private var stroke: ChartStroke {
    let dashes: [Double] = isDashed ? [6, 4] : color.turn > 0 ? [2, 2.5] : []
    return ChartStroke(color: color, dashes: dashes)
  }

  private var band: ChartFill { ChartFill(color: color, isBand: true) }

  private func isBand(_ index: Int, _ filter: ChartFilter) -> Bool {
    filter.x.takes(x[index]) && filter.y.takes(lower[index]) && filter.y.takes(upper[index])
  }

  /// The longest pieces whose members all fulfil a condition.
  private static func runs(_ indices: Range<Int>, where isMember: (Int) -> Bool) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = indices.lowerBound
    for index in indices where !isMember(index) {
      if start < index { result.append(start..<index) }
      start = index + 1
    }
    if start < indices.upperBound { result.append(start..<indices.upperBound) }
    return result
  }
}
