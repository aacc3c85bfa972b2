/// At which values contour lines are drawn.
///
/// A signed map gets each line at the value and at its negative, so that both signs are drawn alike.
public enum ContourLevels: Sendable, Hashable, Codable {
  /// Quantiles of the magnitudes of all values, each above 0 and below 1: the line at 0.9 holds the
  /// strongest tenth of the map.
  case quantiles([Double])
  /// Values, each above 0.
  case values([Double])

  /// The values for a map, rising and without repetition; zeros are left out.
  ///
  /// - Throws: ``ReportError`` when there is none or one is out of range.
  public func resolved(for map: HeatMap) throws -> [Double] {
    switch self {
    case .quantiles(let shares):
      guard !shares.isEmpty, shares.allSatisfy({ $0 > 0 && $0 < 1 }) else {
        throw ReportError(
          .option, "Contours cannot be drawn at quantiles \(shares); give numbers between 0 and 1.")
      }
      let sorted = map.values.map { abs(Double($0)) }.sorted()
      return Self.distinct(
        shares.map { share in
          let position = share * Double(sorted.count - 1)
          let index = min(Int(position), sorted.count - 1)
          let next = min(index + 1, sorted.count - 1)
          return sorted[index] + (sorted[next] - sorted[index]) * (position - Double(index))
        })
    case .values(let values):
      guard !values.isEmpty, values.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw ReportError(
          .option, "Contours cannot be drawn at \(values); give numbers above 0.")
      }
      return Self.distinct(values)
    }
  }

  private static func distinct(_ levels: [Double]) -> [Double] {
    Set(levels.filter { $0 > 0 }).sorted()
  }
}
