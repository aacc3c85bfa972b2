/// How many of the highest pixels, as many as the object has, lie on it.
///
/// `|top_K ∩ object| / K` with `K = |object|`, of equal values the first ones; a random map has the
/// object's share of the image, the detail `object`.
///
/// Evidence beside the object counts against a map even when the network does use it.
///
/// - Reference: Arras, Osman and Samek 2022, *CLEVR-XAI*, equation 2 (`arras2022clevr`).
public struct RelevanceRank: ConfigurableMetric {
  /// Creates the metric.
  public init() {}

  public var name: String { "relevance-rank" }

  public var direction: MetricDirection { .higherIsBetter }

  public var options: [MethodOption<Self>] { [] }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    try result(
      subject.localized { values, isInside, _ in
        let size = isInside.count { $0 }
        let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
        return Double(order.prefix(size).count { isInside[$0] }) / Double(size)
      }, details: ["object": subject.objectShares()])
  }
}

extension RelevanceRank: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        RelevanceRank(), "How many of the highest pixels lie on the object.",
        formula: "$|top_K ∩ object| / K$ with $K = |object|$",
        reading:
          "1 when the highest pixels are those of the object; a random map has the object's share of the "
          + "image. Sizes of values do not matter, only their order.",
        needsRegions: true, cites: ["arras2022clevr"])
    ]
  }
}
