/// Something drawn between the axes of a chart.
///
/// A mark says what it consists of in units of the values; the chart finds the places. Marks are
/// drawn in the order in which they are listed.
public enum ChartMark: Sendable, Hashable {
  /// A line, with or without a band around it.
  case line(ChartLine)
  /// Points.
  case points(ChartPoints)
  /// Bars from a base, or a histogram.
  case bars(ChartBars)
  /// Boxes of quantiles.
  case boxes(ChartBoxes)
  /// A straight line across the chart.
  case reference(ChartReference)
  /// A shaded rectangle.
  case region(ChartRegion)
  /// A few words at a place.
  case note(ChartNote)

  var drawing: any ChartDrawable {
    switch self {
    case .line(let mark): mark
    case .points(let mark): mark
    case .bars(let mark): mark
    case .boxes(let mark): mark
    case .reference(let mark): mark
    case .region(let mark): mark
    case .note(let mark): mark
    }
  }
}
