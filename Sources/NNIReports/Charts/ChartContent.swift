/// What a chart's marks consist of, and which values they have.
struct ChartContent {
  var shapes: [ChartShape] = []
  var x = ChartExtent()
  var y = ChartExtent()
  /// What is said about values that were left out.
  private let omission: String?

  init(_ chart: Chart) throws {
    var filter = ChartFilter(x: chart.xAxis, y: chart.yAxis)
    for mark in chart.marks { shapes += try mark.drawing.shapes(&filter) }
    omission = filter.note
    for thumbnail in chart.thumbnails where chart.xAxis.takes(thumbnail.x) { x.add(thumbnail.x) }
    var count = 0
    for shape in shapes {
      let places = shape.places
      count += places.count
      for place in places {
        if chart.xAxis.takes(place.x) { x.add(place.x) }
        if chart.yAxis.takes(place.y) { y.add(place.y) }
      }
    }
    guard count <= Chart.valueLimit else {
      throw ReportError(
        .option,
        "The chart '\(chart.title)' has \(count) values; draw at most \(Chart.valueLimit), a sample or "
          + "a histogram.")
    }
  }

  /// What a reader must know about values that are not seen.
  func notes(x: ChartScale, y: ChartScale, unlisted: Int) -> [String] {
    var result: [String] = []
    if shapes.isEmpty { result.append("There is nothing to draw.") }
    if let omission { result.append(omission) }
    let beyond = shapes.reduce(0) { sum, shape in
      guard case .markers(let places, _, _, _) = shape else { return sum }
      return sum + places.count { !x.contains($0.x) || !y.contains($0.y) }
    }
    if beyond > 0 {
      result.append("\(beyond) point\(beyond == 1 ? " lies" : "s lie") beyond the axes.")
    }
    if unlisted > 0 { result.append("\(unlisted) more in the legend would not fit.") }
    return result
  }
}
