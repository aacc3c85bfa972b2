/// A mark that can be drawn.
protocol ChartDrawable {
  /// What it consists of; a value that an axis does not take is left out and counted.
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape]
  /// What the legend says of it.
  var legend: ChartLegendEntry? { get }
}

/// Checks that columns of a mark are equally long.
func checkColumns(_ mark: String, _ counts: [(name: String, count: Int)]) throws {
  guard let first = counts.first,
    let other = counts.first(where: { $0.count != first.count })
  else { return }
  throw ReportError(
    .shape,
    "The \(mark) of a chart has \(first.count) values of \(first.name) and \(other.count) of "
      + "\(other.name); give as many of each.")
}
