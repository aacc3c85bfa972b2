/// How large a value must be to take the colour at the end of the scale.
///
/// Zero always keeps the middle colour (signed) or the lowest (magnitudes): scales are symmetric.
public enum HeatMapScaling: Sendable, Hashable, Codable {
  /// This percentile of the absolute values, 0 to 100; larger values take the end's colour.
  ///
  /// A few extreme pixels then do not make the rest invisible. Linear interpolation between ranks,
  /// as NumPy does it. Where the percentile is zero, because nearly all values are, the maximum is
  /// taken.
  case percentile(Double)
  /// The largest absolute value: no value is cut.
  case maximum
  /// A given value, so that several maps can be compared.
  case fixed(Double)

  /// The 99.5th percentile.
  public static let robust = HeatMapScaling.percentile(99.5)

  /// The value at the end of the scale; 1 for a map of zeros, so that nothing is divided by zero.
  ///
  /// - Throws: ``ReportError`` when a percentile is not within 0 to 100 or a fixed value not
  ///   positive.
  public func limit(of map: HeatMap) throws -> Double {
    let largest = map.largestMagnitude
    switch self {
    case .maximum: return largest > 0 ? largest : 1
    case .fixed(let value):
      guard value > 0, value.isFinite else {
        throw ReportError(
          .option, "A heat map cannot be scaled to \(value); give a positive number.")
      }
      return value
    case .percentile(let percent):
      guard percent >= 0, percent <= 100 else {
        throw ReportError(
          .option, "There is no percentile \(percent); give a number from 0 to 100.")
      }
      let sorted = map.values.map { abs(Double($0)) }.sorted()
      let position = percent / 100 * Double(sorted.count - 1)
      let index = min(Int(position), sorted.count - 1)
      let next = min(index + 1, sorted.count - 1)
      let value = sorted[index] + (sorted[next] - sorted[index]) * (position - Double(index))
      return value > 0 ? value : largest > 0 ? largest : 1
    }
  }
}
