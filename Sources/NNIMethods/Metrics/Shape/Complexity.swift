internal import Foundation

/// Over how many pixels a map is spread: the entropy of the pixels' magnitudes.
///
/// `−Σ p_i ln p_i` with `p_i = |a_i| / Σ |a|`, in nats: 0 when one pixel has everything, `ln n` when all are
/// equal. A map of zeros has none.
///
/// It says nothing about whether the right pixels count, and a larger image has a larger entropy.
///
/// - Reference: Bhatt, Weller and Moura 2020, *Evaluating and Aggregating Feature-based Model
///   Explanations*, definition 3 (`bhatt2020evaluating`).
public struct Complexity: ConfigurableMetric {
  /// Creates the metric.
  public init() {}

  public var name: String { "complexity" }

  public var direction: MetricDirection { .descriptive }

  public var options: [MethodOption<Self>] { [] }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let pixels = try PixelMap(subject.attribution, over: subject.places)
    return try result(pixels.values.map(Self.entropy))
  }

  static func entropy(_ values: [Double]) -> Double? {
    let total = values.reduce(0) { $0 + $1.magnitude }
    guard total > 0 else { return nil }
    return values.reduce(0) { sum, value in
      let share = value.magnitude / total
      return share > 0 ? sum - share * log(share) : sum
    }
  }
}

extension Complexity: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        Complexity(), "Over how many pixels the map is spread (entropy).",
        formula: "$−Σ p_i ln p_i$ with $p_i = |a_i| / Σ |a|$",
        reading:
          "0 when one pixel has everything, $ln n$ when all count the same; not whether they are the "
          + "right ones.",
        cites: ["bhatt2020evaluating"])
    ]
  }
}
