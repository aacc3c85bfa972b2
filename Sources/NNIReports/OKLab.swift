#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A colour in OKLab (Ottosson 2020), in which equal distances look about equally different.
///
/// Only hue and chroma are taken from it. Lightness is CIE L*, a function of luminance alone, so
/// that a map keeps its order in grey print and two arms of equal L* print alike.
struct OKLab: Hashable {
  var lightness: Double
  var a: Double
  var b: Double

  /// Linear light of the three sRGB channels; outside 0 to 1 where the screen cannot show it.
  var linear: (red: Double, green: Double, blue: Double) {
    let long = cubed(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let medium = cubed(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let short = cubed(lightness - 0.0894841775 * a - 1.2914855480 * b)
    return (
      4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
      -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
      -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    )
  }

  /// Whether the screen shows it.
  var isDisplayable: Bool {
    let (red, green, blue) = linear
    return [red, green, blue].allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 }
  }

  /// Relative luminance Y, 0 to 1.
  var luminance: Double {
    let (red, green, blue) = linear
    return 0.2126390059 * red + 0.7151686788 * green + 0.0721923154 * blue
  }

  /// The colour of a CIE lightness L* (0 to 100) with given OKLab hue and chroma.
  ///
  /// Chroma is reduced where the screen cannot show it.
  static func color(lightness: Double, a: Double, b: Double) -> Color {
    let luminance = relativeLuminance(ofLightness: lightness)
    func candidate(_ share: Double) -> OKLab {
      let (a, b) = (a * share, b * share)
      let value = bisected(from: 0, to: 1.2) {
        OKLab(lightness: $0, a: a, b: b).luminance < luminance
      }
      return OKLab(lightness: value, a: a, b: b)
    }
    let share =
      candidate(1).isDisplayable ? 1 : bisected(from: 0, to: 1) { candidate($0).isDisplayable }
    let (red, green, blue) = candidate(share).linear
    return Color(red: encoded(red), green: encoded(green), blue: encoded(blue))
  }

  private static func relativeLuminance(ofLightness value: Double) -> Double {
    value > 8 ? cubed((value + 16) / 116) : value * 27 / 24389
  }

  /// The place where `isBelow` turns from true to false.
  private static func bisected(
    from lower: Double, to upper: Double, isBelow: (Double) -> Bool
  ) -> Double {
    var (lower, upper) = (lower, upper)
    for _ in 0..<40 {
      let middle = (lower + upper) / 2
      if isBelow(middle) { lower = middle } else { upper = middle }
    }
    return lower
  }

  /// The transfer function of sRGB (IEC 61966-2-1).
  private static func encoded(_ linear: Double) -> UInt8 {
    let value = min(max(linear, 0), 1)
    let signal = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
    return UInt8((signal * 255).rounded())
  }
}

private func cubed(_ x: Double) -> Double { x * x * x }
