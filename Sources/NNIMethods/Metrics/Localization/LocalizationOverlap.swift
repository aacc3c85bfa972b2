/// How well a box drawn around the map's brightest part covers the object's box.
///
/// Pixels of at least `threshold` times the highest value are kept; around the largest piece of them that
/// hangs together by edges (of equal ones the first) a box is drawn; the value is its intersection with the
/// object's bounding box over their union. A map without a positive pixel has no value.
///
/// The threshold decides much, and several objects share one box here.
///
/// - Reference: Zhou et al. 2016, *Learning Deep Features for Discriminative Localization*, section 3.2
///   (`zhou2016learning`): 20 % of the maximum.
public struct LocalizationOverlap: ConfigurableMetric {
  /// Which share of the highest value is kept, in 0…1.
  public var threshold: Double

  /// Creates the metric.
  public init(threshold: Double = 0.2) { self.threshold = threshold }

  public var name: String { "localization" }

  public var direction: MetricDirection { .higherIsBetter }

  public var options: [MethodOption<Self>] {
    [.number("threshold", \.threshold, "which share of the highest value is kept", in: 0...1)]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    try result(
      subject.localized { values, isInside, extents in
        guard extents.count == 2 else {
          throw InterpretabilityError(
            .unsupported, "localization draws boxes on images; pixels lie on axes \(extents) here")
        }
        guard let highest = values.max(), highest > 0 else { return nil }
        let isKept = values.map { $0 >= threshold * highest && $0 > 0 }
        let pieces = ConnectedRegions(
          isKept.map { $0 ? 1 : 0 }, height: extents[0], width: extents[1], smallest: 0)
        var sizes = [Int](repeating: 0, count: pieces.count)
        for (pixel, piece) in pieces.labels.enumerated() where isKept[pixel] { sizes[piece] += 1 }
        guard let most = sizes.max(), let largest = sizes.firstIndex(of: most) else { return nil }
        let found = Self.box(pieces.labels.map { $0 == largest }, width: extents[1])
        let wanted = Self.box(isInside, width: extents[1])
        return Self.overlap(found, wanted)
      })
  }

  /// The rows and columns of the smallest box around pixels.
  private static func box(_ isInside: [Bool], width: Int) -> Box {
    let pixels = isInside.indices.filter { isInside[$0] }
    let (rows, columns) = (pixels.map { $0 / width }, pixels.map { $0 % width })
    return Box(
      rows: (rows.min() ?? 0)..<((rows.max() ?? -1) + 1),
      columns: (columns.min() ?? 0)..<((columns.max() ?? -1) + 1))
  }

  private static func overlap(_ first: Box, _ second: Box) -> Double {
    func area(_ box: Box) -> Int { box.rows.count * box.columns.count }
    let common = Box(
      rows: first.rows.clamped(to: second.rows), columns: first.columns.clamped(to: second.columns))
    return Double(area(common)) / Double(area(first) + area(second) - area(common))
  }
}

extension LocalizationOverlap: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        LocalizationOverlap(), "How well a box around the brightest part covers the object's box.",
        formula:
          "$|A ∩ B| / |A ∪ B|$, $A$ around the largest piece above the threshold, $B$ around the object",
        reading:
          "1 when the boxes are the same. The threshold decides much, and fine maps fall into many "
          + "pieces.",
        needsRegions: true, cites: ["zhou2016learning"])
    ]
  }
}
