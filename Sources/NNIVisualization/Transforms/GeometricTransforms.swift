internal import Foundation

/// Grey around the image.
public struct PadTransform: GeometricTransform {
  /// How many pixels on each side.
  public var amount: Int

  /// Creates a transform.
  public init(_ amount: Int) { self.amount = amount }

  public var text: String { "pad \(amount)" }

  public func change(_ view: inout ImageView, by draw: TransformDraw) {
    view.width += 2 * Double(amount)
    view.height += 2 * Double(amount)
  }
}

/// A window that is smaller by some pixels, at a random place.
public struct JitterTransform: GeometricTransform {
  /// By how many pixels it is smaller, and how far it can go.
  public var amount: Int

  /// Creates a transform.
  public init(_ amount: Int) { self.amount = amount }

  public var text: String { "jitter \(amount)" }

  public func change(_ view: inout ImageView, by draw: TransformDraw) {
    let places = draw.uniforms(2).map { ($0 * Double(amount + 1)).rounded(.down) }
    view.shift(x: places[0] - Double(amount) / 2, y: places[1] - Double(amount) / 2)
    // A window of at least one pixel, however small the image.
    view.width = max(view.width - Double(amount), 1)
    view.height = max(view.height - Double(amount), 1)
  }
}

/// What is seen becomes larger or smaller about the middle.
public struct ScaleTransform: GeometricTransform {
  /// The factors, all alike probable.
  public var range: ClosedRange<Double>

  /// Creates a transform.
  public init(_ range: ClosedRange<Double>) { self.range = range }

  public var text: String { "scale \(range.lowerBound)…\(range.upperBound)" }

  public func change(_ view: inout ImageView, by draw: TransformDraw) {
    view.zoom(range.lowerBound + draw.uniforms(1)[0] * (range.upperBound - range.lowerBound))
  }
}

/// What is seen turns about the middle.
public struct RotationTransform: GeometricTransform {
  /// The largest angle in degrees, to either side.
  public var degrees: Double

  /// Creates a transform.
  public init(_ degrees: Double) { self.degrees = degrees }

  public var text: String { "rotate \(degrees)°" }

  public func change(_ view: inout ImageView, by draw: TransformDraw) {
    let angle = (2 * draw.uniforms(1)[0] - 1) * degrees * Double.pi / 180
    view.turn(cosine: cos(angle), sine: sin(angle))
  }
}

/// Square windows of random size at random places, several of each image.
///
/// - Reference: Fel et al. 2023, *Unlocking Feature Visualization for Deeper Networks with MAgnitude
///   Constrained Optimization*, section 3.2 (`fel2023unlocking`): places are normally distributed
///   about the middle, sizes uniform.
public struct CropTransform: GeometricTransform {
  public var copies: Int
  /// The side of a window as a fraction of the image's.
  public var side: ClosedRange<Double>
  /// The standard deviation of its centre as a fraction of the image's side.
  public var deviation: Double

  /// Creates a transform.
  public init(copies: Int = 4, side: ClosedRange<Double> = 0.3...0.7, deviation: Double = 0.15) {
    self.copies = copies
    self.side = side
    self.deviation = deviation
  }

  public var text: String {
    "crop \(copies) boxes of \(side.lowerBound)…\(side.upperBound), deviation \(deviation)"
  }

  public func change(_ view: inout ImageView, by draw: TransformDraw) {
    let size = side.lowerBound + draw.uniforms(3)[2] * (side.upperBound - side.lowerBound)
    let center = draw.normals(2).map { Double($0) * deviation }
    // Boxes lie inside the image.
    let most = (1 - size) / 2
    func place(_ value: Double) -> Double { most > 0 ? min(max(value, -most), most) : 0 }
    view.shift(x: place(center[0]) * view.width, y: place(center[1]) * view.height)
    view.width *= size
    view.height *= size
  }
}
