/// A small random change of an image before the network sees it, so that an objective is reached by what
/// stays when it is moved, turned or covered, and not by a pattern of single pixels.
///
/// Transforms are linear in the image, so that their derivative is exact.
///
/// - Reference: Olah et al. 2017, *Feature Visualization*, “Transformation Robustness”
///   (`olah2017feature`).
public protocol ImageTransform: Sendable {
  /// Name and settings, for records.
  var text: String { get }
}

/// A change of where pixels are.
public protocol GeometricTransform: ImageTransform {
  /// How many views are made of each image.
  var copies: Int { get }
  /// What part of the image is seen, and how it lies.
  func change(_ view: inout ImageView, by draw: TransformDraw)
}

extension GeometricTransform {
  public var copies: Int { 1 }
}

/// A change of pixels' values.
public protocol PixelTransform: ImageTransform {
  /// The changed images; `draws` has one entry for each, and numbers are relative to `range`, the
  /// difference between white and black in each channel, in a shape that broadcasts.
  func applied(to images: Tensor, draws: [TransformDraw], range: Tensor) throws -> Tensor
}

/// Random numbers of one transform at one step for one view.
public struct TransformDraw: Sendable {
  /// The numbers of the optimisation's seed that serve transforms.
  let random: CounterRandom
  /// The step, the view and the transform's position, put together.
  let stream: UInt64

  /// The draw of a transform at a position of the list, for a view of the batch at a step.
  init(_ random: CounterRandom, step: Int, view: Int, position: Int) {
    self.random = random
    stream =
      UInt64(truncatingIfNeeded: step) << 32 | UInt64(truncatingIfNeeded: view) << 8
      | UInt64(truncatingIfNeeded: position)
  }

  /// Numbers that are uniform in 0..<1.
  public func uniforms(_ count: Int) -> [Double] {
    random.uniforms(count, stream: stream).map { Double($0) }
  }

  /// Standard normal numbers.
  public func normals(_ count: Int) -> [Float] { random.normals(count, stream: stream) }
}

/// Which part of an image is seen: a window that may be turned, in pixels from the image's centre.
///
/// A place `(x, y)` of the window, measured from its centre, shows the image at
/// `(a x + b y + tx, c x + d y + ty)`.
public struct ImageView: Sendable, Equatable {
  /// The window's extent.
  public var width: Double, height: Double
  var (a, b, c, d) = (1.0, 0.0, 0.0, 1.0)
  var (tx, ty) = (0.0, 0.0)

  /// The whole of an image.
  public init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// Moves the window by so many of its own pixels.
  public mutating func shift(x: Double, y: Double) {
    tx += a * x + b * y
    ty += c * x + d * y
  }

  /// Makes what is seen so many times larger.
  public mutating func zoom(_ factor: Double) {
    (a, b, c, d) = (a / factor, b / factor, c / factor, d / factor)
  }

  /// Turns what is seen, counterclockwise, by an angle's cosine and sine.
  public mutating func turn(cosine: Double, sine: Double) {
    (a, b) = (a * cosine + b * sine, b * cosine - a * sine)
    (c, d) = (c * cosine + d * sine, d * cosine - c * sine)
  }

  /// The map from a picture of the window to the image, both in −1…1: two rows of three numbers.
  ///
  /// - Parameters:
  ///   - imageWidth: The image's columns.
  ///   - imageHeight: The image's rows.
  /// - Returns: The numbers row by row.
  func map(imageWidth: Double, imageHeight: Double) -> [Double] {
    [
      a * width / imageWidth, b * height / imageWidth, 2 * tx / imageWidth,
      c * width / imageHeight, d * height / imageHeight, 2 * ty / imageHeight,
    ]
  }
}
