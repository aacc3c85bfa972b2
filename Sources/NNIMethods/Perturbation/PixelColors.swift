internal import Foundation

/// An image's pixels as points whose distances are differences of colour.
struct PixelColors {
  let height: Int
  let width: Int
  /// The numbers of one pixel.
  let depth: Int
  /// `depth` numbers a pixel, row by row.
  let values: [Double]

  /// The pixels of `[C, H, W]`, values in 0…1, in CIELAB for three channels (sRGB, white point D65) and
  /// one (its lightness); any other number of channels as it is, times 100, which is lightness's scale.
  init(_ image: Tensor) throws {
    (height, width) = (image.shape[1], image.shape[2])
    let points = try image.permuted([1, 2, 0]).doubles()
    switch image.shape[0] {
    case 1:
      depth = 1
      values = points.map { Self.lab($0, $0, $0).lightness }
    case 3:
      depth = 3
      var lab: [Double] = []
      lab.reserveCapacity(points.count)
      for start in stride(from: 0, to: points.count, by: 3) {
        let color = Self.lab(points[start], points[start + 1], points[start + 2])
        lab.append(color.lightness)
        lab.append(color.a)
        lab.append(color.b)
      }
      values = lab
    default:
      depth = image.shape[0]
      values = points.map { 100 * $0 }
    }
  }

  /// The squared distance between two pixels' colours.
  func squaredDistance(_ first: Int, _ second: Int) -> Double {
    var sum = 0.0
    for index in 0..<depth {
      let difference = values[first * depth + index] - values[second * depth + index]
      sum += difference * difference
    }
    return sum
  }

  /// sRGB (IEC 61966-2-1) to CIE L*a*b*.
  private static func lab(
    _ red: Double, _ green: Double, _ blue: Double
  ) -> (lightness: Double, a: Double, b: Double) {
    let (r, g, b) = (linear(red), linear(green), linear(blue))
    let x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    let y = root(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    let z = root((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))
  }

  private static func linear(_ signal: Double) -> Double {
    signal <= 0.04045 ? signal / 12.92 : pow((signal + 0.055) / 1.055, 2.4)
  }

  private static func root(_ value: Double) -> Double {
    value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116
  }
}
