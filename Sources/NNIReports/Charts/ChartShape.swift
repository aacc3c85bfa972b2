/// A place in units of a chart's values; an infinite coordinate is the edge of the frame.
struct ChartPlace: Hashable {
  var x: Double
  var y: Double
}

/// How a line is drawn.
struct ChartStroke: Hashable {
  var color: ChartColor
  /// As a multiple of the style's line width.
  var weight = 1.0
  /// The lengths of dashes and gaps; none for a whole line.
  var dashes: [Double] = []
  var opacity = 1.0
}

/// How an area is filled.
struct ChartFill: Hashable {
  var color: ChartColor
  var opacity = 1.0
  /// Whether an outline of the same colour surrounds it.
  var hasOutline = false
  /// Whether it is a band, which takes the style's opacity.
  var isBand = false
}

/// What a mark consists of.
enum ChartShape: Hashable {
  /// Straight pieces from place to place.
  case curve([ChartPlace], ChartStroke)
  /// The area within a curve, closed.
  case area([ChartPlace], ChartFill)
  /// A rectangle between two corners.
  case rectangle(ChartPlace, ChartPlace, ChartFill)
  /// `y = intercept + slope * x` from edge to edge.
  case slope(Double, intercept: Double, ChartStroke)
  /// A vertical line from `lower` to `upper` with short bars at its ends, which are equally wide everywhere.
  case whisker(x: Double, lower: Double, upper: Double, ChartStroke)
  /// Equal marks at many places.
  case markers([ChartPlace], ChartMarker, scale: Double, ChartFill)
  /// A line of text beside a place.
  case text(ChartPlace, String)

  /// The corners that the axes should show.
  var places: [ChartPlace] {
    switch self {
    case .curve(let places, _), .area(let places, _), .markers(let places, _, _, _): places
    case .rectangle(let first, let second, _): [first, second]
    case .slope: []
    case .whisker(let x, let lower, let upper, _):
      [ChartPlace(x: x, y: lower), ChartPlace(x: x, y: upper)]
    case .text(let place, _): [place]
    }
  }
}
