/// One axis of a chart.
public struct ChartAxis: Sendable, Hashable {
  /// How values become places.
  public enum Scale: Sendable, Hashable {
    /// Equal steps are equally long.
    case linear
    /// Equal factors are equally long; values must be positive.
    case logarithmic
    /// Names at 0, 1, 2 …; each takes the room from half a step before to half a step after.
    case categories([String])
  }

  /// Which values the axis shows.
  public enum Limits: Sendable, Hashable {
    /// All that the marks have.
    case automatic
    /// All that the marks have, and zero.
    case includingZero
    /// From one value to another; what lies beyond is cut.
    case fixed(Double, Double)
  }

  /// How numbers are written.
  public enum Format: String, Sendable, Hashable, Codable {
    /// As they are.
    case plain
    /// A share: 0.25 is written as 25 %.
    case percent
    /// Numbers that are whole, such as epochs and counts: ticks stand at whole numbers only.
    case whole
    /// Angles in degrees: ticks stand at multiples of 15, 30, 45 or 90.
    case degrees
  }

  /// What the values are, with their unit.
  public var label: String
  /// How values become places.
  public var scale: Scale
  /// Which values the axis shows.
  public var limits: Limits
  /// How numbers are written.
  public var format: Format
  /// Whether lines cross the chart at the ticks.
  public var hasGrid: Bool

  /// Describes an axis.
  public init(
    _ label: String, scale: Scale = .linear, limits: Limits = .automatic, format: Format = .plain,
    hasGrid: Bool = true
  ) {
    self.label = label
    self.scale = scale
    self.limits = limits
    self.format = format
    self.hasGrid = hasGrid
  }

  /// Whether a value has a place on the axis.
  ///
  /// What a screen cannot resolve and arithmetic could overflow on is not shown.
  func takes(_ value: Double) -> Bool {
    let isOrdinary = value.isFinite && abs(value) <= ChartScale.largest
    return scale == .logarithmic ? isOrdinary && value >= 1 / ChartScale.largest : isOrdinary
  }

  /// The axis over a range of values, between two places.
  func placed(over extent: ChartExtent, from start: Double, to end: Double) throws -> ChartScale {
    let (lower, upper) = try range(of: extent)
    return ChartScale(
      isLogarithmic: scale == .logarithmic, lower: lower, upper: upper, start: start, end: end)
  }

  private func range(of extent: ChartExtent) throws -> (Double, Double) {
    if case .fixed(let lower, let upper) = limits {
      guard takes(lower), takes(upper), lower < upper else {
        throw ReportError(
          .option,
          "The axis '\(label)' cannot go from \(lower) to \(upper); give two finite numbers in "
            + "ascending order\(scale == .logarithmic ? ", both positive" : "").")
      }
      return extent.widened(lower, upper, isLogarithmic: scale == .logarithmic)
    }
    if case .categories(let names) = scale { return (-0.5, Double(max(names.count, 1)) - 0.5) }
    var extent = extent
    if format == .whole, extent.lower == extent.upper {
      return (extent.lower - 1, extent.upper + 1)
    }
    if limits == .includingZero && scale == .linear { extent.add(0) }
    return extent.padded(isLogarithmic: scale == .logarithmic)
  }
}
