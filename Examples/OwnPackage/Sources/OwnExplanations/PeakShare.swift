import NNInterpretability

/// A metric of one's own: the share of a map's magnitude that its largest pixel has.
public struct PeakShare: ConfigurableMetric {
  public init() {}

  public var name: String { "peak-share" }

  public var direction: MetricDirection { .descriptive }

  public var options: [MethodOption<Self>] { [] }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let pixels = try PixelMap(subject.attribution, over: subject.input)
    return try result(
      pixels.values.map { values in
        let total = values.reduce(0) { $0 + $1.magnitude }
        return total > 0 ? (values.map(\.magnitude).max() ?? 0) / total : nil
      })
  }
}

extension PeakShare: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        PeakShare(), "How much of the map its largest pixel has.",
        formula: "$max_i |a_i| / Σ_i |a_i|$",
        reading: "near 0 when many pixels count, 1 when only one does")
    ]
  }
}
