/// Which share of the positive relevance lies on the object.
///
/// `Σ_{i inside} a⁺_i / Σ_i a⁺_i`; a map without a positive pixel has no value. A map of equal values has
/// the object's share of the image, the detail `object`.
///
/// Evidence beside the object counts against a map even when the network does use it.
///
/// - Reference: Arras, Osman and Samek 2022, *CLEVR-XAI*, equation 1 (`arras2022clevr`), after the positive
///   part of the sum over channels.
public struct RelevanceMass: ConfigurableMetric {
  /// Creates the metric.
  public init() {}

  public var name: String { "relevance-mass" }

  public var direction: MetricDirection { .higherIsBetter }

  public var options: [MethodOption<Self>] { [] }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    try result(
      subject.localized { values, isInside, _ in
        let total = values.reduce(0) { $0 + max($1, 0) }
        let inside = zip(values, isInside).reduce(0) { $1.1 ? $0 + max($1.0, 0) : $0 }
        return total > 0 ? inside / total : nil
      }, details: ["object": subject.objectShares()])
  }
}

extension RelevanceMass: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        RelevanceMass(), "Which share of the positive relevance lies on the object.",
        formula: "$Σ_{i ∈ object} a_i^+ / Σ_i a_i^+$",
        reading:
          "1 when all positive relevance is on the object; a flat map has the object's share of the image. "
          + "What the network rightly sees beside the object counts against the map.",
        needsRegions: true, cites: ["arras2022clevr"])
    ]
  }
}

extension MetricCase {
  /// Which share of each sample's pixels the object takes.
  func objectShares() throws -> [Double?] {
    try localized { _, isInside, _ in
      Double(isInside.count { $0 }) / Double(isInside.count)
    }
  }
}
