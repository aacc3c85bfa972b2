import Foundation
import NNIReports

/// CIE L*a*b* of a screen's colour (D65), from the standards' formulas.
struct CIELab {
  var lightness: Double
  var a: Double
  var b: Double

  typealias Matrix = [[Double]]

  static let protanopia: Matrix = [
    [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ]

  static let deuteranopia: Matrix = [
    [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
  ]

  private static let identity: Matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]

  private static let tristimulus: Matrix = [
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
  ]

  init(_ color: Color) { self.init(color, seenWith: Self.identity) }

  init(_ color: Color, seenWith matrix: Matrix) {
    let linear = [color.red, color.green, color.blue].map { value in
      let signal = Double(value) / 255
      return signal <= 0.04045 ? signal / 12.92 : pow((signal + 0.055) / 1.055, 2.4)
    }
    let seen = Self.product(matrix, linear).map { min(max($0, 0), 1) }
    let values = zip(Self.product(Self.tristimulus, seen), [0.95047, 1, 1.08883]).map { $0 / $1 }
    let f = values.map { $0 > 216.0 / 24389 ? cbrt($0) : (24389.0 / 27 * $0 + 16) / 116 }
    lightness = 116 * f[1] - 16
    a = 500 * (f[0] - f[1])
    b = 200 * (f[1] - f[2])
  }

  func distance(to other: CIELab) -> Double {
    let square = pow(lightness - other.lightness, 2) + pow(a - other.a, 2) + pow(b - other.b, 2)
    return square.squareRoot()
  }

  private static func product(_ matrix: Matrix, _ vector: [Double]) -> [Double] {
    matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}
