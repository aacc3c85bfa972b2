internal import Foundation

/// Where the pixels of a changed image come from: an affine map of the plane about the image's centre.
///
/// A pixel of the result at row `y` and column `x`, counted from the centre `((H − 1)/2, (W − 1)/2)`
/// downwards and to the right, is read at the row and column
///
/// ```text
/// y′ = yy·y + yx·x + down        x′ = xy·y + xx·x + right
/// ```
public struct AffineMap: Sendable, Hashable {
  var (yy, yx, xy, xx) = (1.0, 0.0, 0.0, 1.0)
  var (down, right) = (0.0, 0.0)

  /// Leaves an image as it is.
  public static let identity = AffineMap()

  /// Turns, enlarges and then moves an image.
  ///
  /// - Parameters:
  ///   - degrees: The angle, counter-clockwise as the image is seen.
  ///   - scale: The enlargement, above 0; 2 doubles lengths.
  ///   - down: How many rows the result is moved down.
  ///   - right: How many columns it is moved to the right.
  /// - Throws: ``InterpretabilityError`` for numbers that are not finite, or a scale that is not
  ///   positive.
  public init(degrees: Double, scale: Double = 1, down: Double = 0, right: Double = 0) throws {
    guard [degrees, scale, down, right].allSatisfy(\.isFinite), scale > 0 else {
      throw InterpretabilityError(
        .invalidOption,
        "an image cannot be turned by \(degrees)°, enlarged by \(scale) and moved by (\(down), "
          + "\(right)); wanted finite numbers and a positive scale")
    }
    let (sine, cosine) = Self.sineAndCosine(degrees)
    // The inverse: back by the shift, then by the angle and the scale.
    (yy, yx) = (cosine / scale, sine / scale)
    (xy, xx) = (-sine / scale, cosine / scale)
    self.down = -(yy * down + yx * right)
    self.right = -(xy * down + xx * right)
  }

  private init() {}

  /// Exact for whole quarters of a turn, so that no pixel at the edge is lost to rounding.
  private static func sineAndCosine(_ degrees: Double) -> (Double, Double) {
    let angle = degrees.remainder(dividingBy: 360)
    switch angle {
    case 0: return (0, 1)
    case 90: return (1, 0)
    case -90: return (-1, 0)
    case 180, -180: return (0, -1)
    default:
      let radians = angle * .pi / 180
      return (sin(radians), cos(radians))
    }
  }
}
