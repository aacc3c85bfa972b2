/// The shape of a point; series differ in it as well as in colour.
public enum ChartMarker: String, Sendable, Hashable, Codable, CaseIterable {
  /// A disc.
  case circle
  /// A square on its side.
  case square
  /// A triangle that points up.
  case triangle
  /// A square on its corner.
  case diamond
  /// A triangle that points down.
  case wedge
  /// Two triangles that meet in the middle.
  case bowtie
  /// An upright cross.
  case cross

  /// The shape of a series.
  ///
  /// Series of the same colour differ in it: the count of shapes and the count of colours are equal,
  /// so each turn of the colours starts two shapes later.
  static func series(_ color: ChartColor) -> ChartMarker {
    guard case .series(let index) = color else { return .circle }
    let count = allCases.count
    let place = index % count + 2 * (index / ChartColor.seriesCount)
    return allCases[((place % count) + count) % count]
  }

  /// SVG without colour, of about the same area for every shape.
  func svg(x: Double, y: Double, radius: Double) -> String {
    let r = radius
    if self == .circle {
      return "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(r))\"/>"
    }
    let path = corners.enumerated().map { index, corner in
      let place = "\(number(x + corner.0 * r)) \(number(y + corner.1 * r))"
      return (index == 0 ? "M" : "L") + place
    }
    return "<path d=\"\(path.joined())Z\"/>"
  }

  private var corners: [(Double, Double)] {
    switch self {
    case .circle: []
    case .square: [(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)]
    case .triangle: [(0, -1.3), (1.2, 0.85), (-1.2, 0.85)]
    case .diamond: [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]
    case .wedge: [(0, 1.3), (1.2, -0.85), (-1.2, -0.85)]
    case .bowtie: [(-1.3, -1.1), (1.3, 1.1), (1.3, -1.1), (-1.3, 1.1)]
    case .cross:
      [
        (-0.4, -1.3), (0.4, -1.3), (0.4, -0.4), (1.3, -0.4), (1.3, 0.4), (0.4, 0.4), (0.4, 1.3),
        (-0.4, 1.3), (-0.4, 0.4), (-1.3, 0.4), (-1.3, -0.4), (-0.4, -0.4),
      ]
    }
  }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }
}
