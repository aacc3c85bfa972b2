/// Whether the map's highest pixel lies on the object, or near it.
///
/// 1 if a pixel of the object lies within `tolerance` pixels of the highest one (of equal ones the first), else
/// 0. A sample without an object has no value. The detail `distance` is that to the nearest pixel of the
/// object.
///
/// Large objects are hit by chance: compare with the random map and the one that always points to the
/// middle. A network may also decide by what lies beside the object, and a true map then misses.
///
/// - Reference: Zhang et al. 2016, *Top-down Neural Attention by Excitation Backprop*, section 4.1
///   (`zhang2016topdown`); 15 pixels as in TorchRay.
public struct PointingGame: ConfigurableMetric {
  /// How far from the object the pixel may lie, in pixels of the input.
  public var tolerance: Double

  /// Creates the metric.
  public init(tolerance: Double = 15) { self.tolerance = tolerance }

  public var name: String { "pointing-game" }

  public var direction: MetricDirection { .higherIsBetter }

  public var options: [MethodOption<Self>] {
    [
      .number(
        "tolerance", \.tolerance, "how far from the object the highest pixel may lie, in pixels",
        in: 0...65536)
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let distances = try subject.localized(Self.distance)
    return try result(
      distances.map { $0.map { $0 <= tolerance ? 1 : 0 } }, details: ["distance": distances])
  }

  /// How far the highest pixel lies from the object.
  static func distance(_ values: [Double], _ isInside: [Bool], _ extents: [Int]) -> Double? {
    guard let highest = values.max(), let first = values.firstIndex(of: highest) else { return nil }
    func place(_ index: Int) -> [Int] {
      var (rest, place) = (index, [Int]())
      for extent in extents.reversed() {
        place.append(rest % extent)
        rest /= extent
      }
      return place
    }
    let peak = place(first)
    let squares = isInside.indices.lazy.filter { isInside[$0] }.map { index in
      zip(place(index), peak).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    return squares.min().map { Double($0).squareRoot() }
  }
}

extension PointingGame: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        PointingGame(), "Whether the highest pixel lies on the object.",
        formula:
          "$1$ if the distance from $argmax_i a_i$ to the object is at most the tolerance, else $0$",
        reading:
          "The share of images in which the map points at the object. Large objects are hit by chance; "
          + "compare with the random map and the one that points to the middle.",
        needsRegions: true, cites: ["zhang2016topdown"])
    ]
  }
}
