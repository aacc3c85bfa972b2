/// One number for each pixel of a network's input, `[H, W]`, ready to be drawn.
///
/// ```swift
/// let map = try HeatMap(summing: relevance, channels: 3, height: 224, width: 224)
/// let picture = map.image(colors: .blueWhiteRed, magnification: 2)
/// ```
public struct HeatMap: Sendable, Hashable {
  /// What the sign of a value means.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Evidence for (positive) and against (negative).
    case signed
    /// Strength only; no value is negative.
    case magnitude
  }

  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// What the sign means.
  public let kind: Kind
  /// Row after row; finite.
  public let values: [Float]

  /// Whether every value is zero, so that there is nothing to show.
  public var isZero: Bool { values.allSatisfy { $0 == 0 } }

  /// The sum of all values, in double precision.
  public var sum: Double { values.reduce(0) { $0 + Double($1) } }

  /// The largest absolute value.
  public var largestMagnitude: Double { Double(values.reduce(0) { max($0, abs($1)) }) }

  /// Takes values as they are.
  ///
  /// - Throws: ``ReportError`` when the shape does not fit, a value is not finite, or a map of
  ///   magnitudes has a negative value.
  public init(_ values: [Float], height: Int, width: Int, kind: Kind) throws {
    guard height > 0, width > 0, values.count == height.multipliedReportingOverflow(by: width).0
    else {
      throw ReportError(
        .shape,
        "A heat map of \(height) x \(width) was given \(values.count) values; "
          + "check the order of height and width.")
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw ReportError(
        .notFinite,
        "Row \(index / width), column \(index % width) of a heat map is \(values[index]); "
          + "a finite number was expected, so look at the method that made it.")
    }
    if kind == .magnitude, let index = values.firstIndex(where: { $0 < 0 }) {
      throw ReportError(
        .option,
        "A heat map of magnitudes has \(values[index]) in row \(index / width); "
          + "declare it as signed.")
    }
    self.init(uncheckedValues: values, height: height, width: width, kind: kind)
  }

  init(uncheckedValues values: [Float], height: Int, width: Int, kind: Kind) {
    precondition(values.count == height * width)
    self.height = height
    self.width = width
    self.kind = kind
    self.values = values
  }
}
