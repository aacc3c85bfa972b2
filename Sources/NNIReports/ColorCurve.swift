#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A curve through colours: lightness is a straight line, hue and chroma a Catmull-Rom spline.
struct ColorCurve {
  /// CIE L* at 0 and at 1.
  var lightness: (Double, Double)
  /// At equal distances from 0 to 1; at least two.
  var points: [ColorMap.Point]

  func color(at position: Double) -> Color {
    let (a, b) = plane(at: position)
    let value = lightness.0 + (lightness.1 - lightness.0) * position
    return OKLab.color(lightness: value, a: a, b: b)
  }

  private func plane(at position: Double) -> (a: Double, b: Double) {
    let scaled = position * Double(points.count - 1)
    let index = min(Int(scaled), points.count - 2)
    let t = scaled - Double(index)
    let corners = (index - 1...index + 2).map { cartesian($0) }
    return (spline(corners.map(\.a), t), spline(corners.map(\.b), t))
  }

  /// A point in the plane of OKLab's a and b; beyond the ends the line goes straight on.
  private func cartesian(_ index: Int) -> (a: Double, b: Double) {
    if index < 0 { return mirrored(cartesian(1), at: cartesian(0)) }
    if index >= points.count {
      return mirrored(cartesian(points.count - 2), at: cartesian(points.count - 1))
    }
    let angle = points[index].hue * .pi / 180
    return (points[index].chroma * cos(angle), points[index].chroma * sin(angle))
  }

  private func mirrored(
    _ point: (a: Double, b: Double), at center: (a: Double, b: Double)
  ) -> (a: Double, b: Double) {
    (2 * center.a - point.a, 2 * center.b - point.b)
  }

  private func spline(_ p: [Double], _ t: Double) -> Double {
    let linear = (p[2] - p[0]) * t
    let square = (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * t * t
    let cube = (3 * p[1] - p[0] - 3 * p[2] + p[3]) * t * t * t
    return p[1] + (linear + square + cube) / 2
  }
}
