/// Colours for numbers: a scale from -1 to 1 (diverging) or from 0 to 1 (sequential).
///
/// Lightness (CIE L*) is a straight line along the scale, or along each arm of a diverging one, so
/// that equal steps of a value look like equal steps, in grey print too. Hue and chroma follow
/// smooth curves through a few points in OKLab. Zero of a diverging map is exactly the colour in
/// its middle.
///
/// ```swift
/// let color = ColorMap.blueWhiteRed.color(at: 0.5)
/// let other = ColorMap.named("ember")
/// ```
public struct ColorMap: Sendable, Hashable {
  /// What kind of values a map is for.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Signed values, -1 to 1.
    case diverging
    /// Magnitudes, 0 to 1.
    case sequential
  }

  /// The name by which it is found, such as `blue-white-red`.
  public let name: String

  /// What it looks like and what it is good for, in one line.
  public let summary: String

  /// What kind of values it is for.
  public let kind: Kind

  /// The colours from the lowest value to the highest: 511 of a diverging map, 256 of a sequential
  /// one.
  public let colors: [Color]

  /// The colour of a value; values beyond the ends take the colour of the end.
  ///
  /// - Parameter value: -1 to 1 for a diverging map, 0 to 1 for a sequential one; not a NaN.
  /// - Returns: the nearest entry of ``colors``.
  public func color(at value: Double) -> Color {
    let lowest = kind == .diverging ? -1.0 : 0
    let share = (min(max(value, lowest), 1) - lowest) / (1 - lowest)
    return colors[Int((share * Double(colors.count - 1)).rounded())]
  }

  /// A point that a scale passes through.
  struct Point {
    /// OKLab chroma, 0 to about 0.3.
    var chroma: Double
    /// OKLab hue in degrees.
    var hue: Double

    init(_ chroma: Double, _ hue: Double) {
      self.chroma = chroma
      self.hue = hue
    }
  }

  /// A scale from one lightness to another through equally spaced points.
  static func sequential(
    _ name: String, _ summary: String, lightness: ClosedRange<Double>, descends: Bool = false,
    _ points: [Point]
  ) -> ColorMap {
    let ends =
      descends
      ? (lightness.upperBound, lightness.lowerBound) : (lightness.lowerBound, lightness.upperBound)
    let curve = ColorCurve(lightness: ends, points: points)
    return ColorMap(
      name: name, summary: summary, kind: .sequential,
      colors: (0...255).map { curve.color(at: Double($0) / 255) })
  }

  /// Two arms that leave a neutral middle with the same lightness at the same distance.
  static func diverging(
    _ name: String, _ summary: String, middle: Double, ends: Double, negative: [Point],
    positive: [Point]
  ) -> ColorMap {
    let neutral = Point(0, 0)
    let lower = ColorCurve(lightness: (middle, ends), points: [neutral] + negative)
    let upper = ColorCurve(lightness: (middle, ends), points: [neutral] + positive)
    let steps = (1...255).map { Double($0) / 255 }
    return ColorMap(
      name: name, summary: summary, kind: .diverging,
      colors: steps.reversed().map(lower.color) + [upper.color(at: 0)] + steps.map(upper.color))
  }
}
