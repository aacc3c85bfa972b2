/// How few pixels carry a map: the Gini index of the pixels' magnitudes.
///
/// `Σ_i (2 i − n − 1) |a|_(i) / (n Σ |a|)` with magnitudes in rising order: 0 when all are equal,
/// `1 − 1/n` when one pixel has everything. A map of zeros has none.
///
/// It says nothing about whether the right pixels are few.
///
/// - Reference: Chalasani et al. 2020, *Concise Explanations of Neural Networks using Adversarial
///   Training*, section 4.2 (`chalasani2020concise`).
public struct Sparseness: ConfigurableMetric {
  /// Creates the metric.
  public init() {}

  public var name: String { "sparseness" }

  public var direction: MetricDirection { .descriptive }

  public var options: [MethodOption<Self>] { [] }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let pixels = try PixelMap(subject.attribution, over: subject.places)
    return try result(pixels.values.map(Self.gini))
  }

  static func gini(_ values: [Double]) -> Double? {
    let sorted = values.map(\.magnitude).sorted()
    let total = sorted.reduce(0, +)
    guard total > 0 else { return nil }
    let count = Double(sorted.count)
    let weighted = sorted.enumerated().reduce(0) {
      $0 + (2 * Double($1.offset + 1) - count - 1) * ($1.element / total)
    }
    return weighted / count
  }
}

extension Sparseness: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        Sparseness(), "How few pixels carry the map (Gini index).",
        formula: "$Σ_i (2i − n − 1) |a|_{(i)} / (n Σ |a|)$, magnitudes in rising order",
        reading:
          "0 when all pixels count the same, near 1 when a few carry everything; not whether they "
          + "are the right ones.",
        cites: ["chalasani2020concise"])
    ]
  }
}
