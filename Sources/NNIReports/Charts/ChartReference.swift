/// A straight line across the chart, to compare with.
public struct ChartReference: Sendable, Hashable {
  /// Which line.
  public enum Line: Sendable, Hashable {
    /// At a value of y.
    case horizontal(Double)
    /// At a value of x.
    case vertical(Double)
    /// `y = intercept + slope * x`.
    case sloped(Double, intercept: Double)
  }

  /// Its name in the legend; it is not listed when empty.
  public var label: String
  /// Which line.
  public var line: Line
  /// The colour.
  public var color: ChartColor

  /// Describes a line.
  public init(_ label: String, _ line: Line, color: ChartColor = .muted) {
    self.label = label
    self.line = line
    self.color = color
  }

  /// `y = x`.
  public static func diagonal(_ label: String) -> ChartReference {
    ChartReference(label, .sloped(1, intercept: 0))
  }
}

extension ChartReference: ChartDrawable {
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape] {
    switch line {
    case .horizontal(let y):
      guard filter.y.takes(y) else { throw refusal(y) }
      return [
        .curve([ChartPlace(x: -.infinity, y: y), ChartPlace(x: .infinity, y: y)], stroke)
      ]
    case .vertical(let x):
      guard filter.x.takes(x) else { throw refusal(x) }
      return [
        .curve([ChartPlace(x: x, y: -.infinity), ChartPlace(x: x, y: .infinity)], stroke)
      ]
    case .sloped(let slope, let intercept):
      guard slope.isFinite, intercept.isFinite else { throw refusal(slope + intercept) }
      return [.slope(slope, intercept: intercept, stroke)]
    }
  }

  var legend: ChartLegendEntry? {
    guard !label.isEmpty else { return nil }
    return ChartLegendEntry(label: label, swatch: .line(stroke, nil, band: nil))
  }

  private var stroke: ChartStroke { ChartStroke(color: color, weight: 0.7, dashes: [5, 3]) }

  private func refusal(_ value: Double) -> ReportError {
    ReportError(
      .option,
      "The reference line '\(label)' of a chart lies at \(value), where its axis has no place; give a "
        + "finite number, positive on a logarithmic axis.")
  }
}
