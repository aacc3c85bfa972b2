/// What the legend says of a mark.
struct ChartLegendEntry: Hashable {
  enum Swatch: Hashable {
    case line(ChartStroke, ChartMarker?, band: ChartFill?)
    case marker(ChartMarker, ChartFill)
    case square(ChartFill)
  }

  var label: String
  var swatch: Swatch
}
