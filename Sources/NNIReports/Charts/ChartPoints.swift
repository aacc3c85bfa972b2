import NNIGraph

/// Points at values, which may be scattered sideways so that they do not hide each other.
public struct ChartPoints: Sendable, Hashable {
  /// Their name in the legend; they are not listed when empty.
  public var label: String
  /// Where the values lie.
  public var x: [Double]
  /// The values.
  public var y: [Double]
  /// The colour.
  public var color: ChartColor
  /// 0 (invisible) to 1.
  public var opacity: Double
  /// The radius as a multiple of the style's.
  public var size: Double
  /// How wide the points are scattered along x, in units of x; 0 for none.
  public var jitter: Double
  /// Chooses where they are scattered.
  public var seed: UInt64

  /// Describes points.
  public init(
    _ label: String, x: [Double], y: [Double], color: ChartColor = .series(0),
    opacity: Double = 0.8, size: Double = 1, jitter: Double = 0, seed: UInt64 = 0
  ) {
    self.label = label
    self.x = x
    self.y = y
    self.color = color
    self.opacity = opacity
    self.size = size
    self.jitter = jitter
    self.seed = seed
  }
}

extension ChartPoints: ChartDrawable {
  func shapes(_ filter: inout ChartFilter) throws -> [ChartShape] {
    try checkColumns("points '\(label)'", [("x", x.count), ("y", y.count)])
    guard opacity >= 0, opacity <= 1, size > 0, size <= 20, jitter >= 0, jitter.isFinite else {
      throw ReportError(
        .option,
        "The points '\(label)' have opacity \(opacity), size \(size) and jitter \(jitter); give an "
          + "opacity from 0 to 1, a size up to 20 and a jitter that is not negative.")
    }
    let shifts =
      jitter > 0 ? CounterRandom(seed: seed).uniforms(x.count, stream: 0) : []
    let places = x.indices.map { index in
      let shift = jitter > 0 ? (Double(shifts[index]) - 0.5) * jitter : 0
      return ChartPlace(x: x[index] + shift, y: y[index])
    }
    let shown = places.filter { filter.takes($0) }
    return shown.isEmpty ? [] : [.markers(shown, .series(color), scale: size, fill)]
  }

  var legend: ChartLegendEntry? {
    guard !label.isEmpty else { return nil }
    return ChartLegendEntry(
      label: label,
      swatch: .marker(.series(color), ChartFill(color: color, opacity: max(opacity, 0.6))))
  }

  private var fill: ChartFill { ChartFill(color: color, opacity: opacity) }
}
