/// How a photograph became a network's input, and so where the input lies on the photograph.
///
/// The photograph is resized to ``resizedWidth`` × ``resizedHeight``, and of that the rectangle at
/// (``left``, ``top``) of ``width`` × ``height`` is the input. Offsets are negative where the input
/// is padded.
///
/// ```swift
/// let geometry = try CropGeometry(of: photo, shorterSide: 256, cropWidth: 224, cropHeight: 224)
/// let input = try photo.applying(geometry)
/// let onPhoto = geometry.regionInOriginal
/// ```
public struct CropGeometry: Sendable, Hashable, Codable {
  /// Columns of the photograph.
  public let originalWidth: Int
  /// Rows of the photograph.
  public let originalHeight: Int
  /// Columns after resizing.
  public let resizedWidth: Int
  /// Rows after resizing.
  public let resizedHeight: Int
  /// The input's first column in the resized picture.
  public let left: Int
  /// The input's first row in the resized picture.
  public let top: Int
  /// Columns of the input.
  public let width: Int
  /// Rows of the input.
  public let height: Int

  /// A rectangle in pixels with fractions: column 0 spans 0 to 1.
  public struct Region: Sendable, Hashable, Codable {
    /// The left edge.
    public var x: Double
    /// The upper edge.
    public var y: Double
    /// The horizontal extent.
    public var width: Double
    /// The vertical extent.
    public var height: Double

    /// Makes a rectangle.
    public init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// Where the input lies on the photograph; beyond its edges where the input is padded.
  public var regionInOriginal: Region {
    let across = Double(originalWidth) / Double(resizedWidth)
    let down = Double(originalHeight) / Double(resizedHeight)
    return Region(
      x: Double(left) * across, y: Double(top) * down,
      width: Double(width) * across, height: Double(height) * down)
  }

  /// torchvision's `Resize(shorterSide)` and `CenterCrop((cropHeight, cropWidth))`.
  ///
  /// - Throws: ``ImageError`` when a length is not positive or a size too large.
  public init(of image: Image, shorterSide: Int, cropWidth: Int, cropHeight: Int) throws {
    let size = try Self.resizedSize(
      width: image.width, height: image.height, shorterSide: shorterSide)
    try self.init(
      of: image, resizedWidth: size.width, resizedHeight: size.height, cropWidth: cropWidth,
      cropHeight: cropHeight)
  }

  /// A resize to given sides, which may distort, and torchvision's `CenterCrop((cropHeight,
  /// cropWidth))`.
  ///
  /// - Throws: ``ImageError`` when a length is not positive or a size too large.
  public init(
    of image: Image, resizedWidth: Int, resizedHeight: Int, cropWidth: Int, cropHeight: Int
  ) throws {
    _ = try Image.pixelCount(width: resizedWidth, height: resizedHeight)
    _ = try Image.pixelCount(width: cropWidth, height: cropHeight)
    originalWidth = image.width
    originalHeight = image.height
    self.resizedWidth = resizedWidth
    self.resizedHeight = resizedHeight
    left = Self.centeredOffset(of: cropWidth, in: resizedWidth)
    top = Self.centeredOffset(of: cropHeight, in: resizedHeight)
    width = cropWidth
    height = cropHeight
  }

  /// A resize to given sides without a crop.
  ///
  /// - Throws: ``ImageError`` when a length is not positive or the size too large.
  public init(of image: Image, resizedWidth: Int, resizedHeight: Int) throws {
    try self.init(
      of: image, resizedWidth: resizedWidth, resizedHeight: resizedHeight,
      cropWidth: resizedWidth, cropHeight: resizedHeight)
  }

  /// torchvision's `_compute_resized_output_size`: the longer side is `Int(shorterSide * long /
  /// short)`.
  static func resizedSize(
    width: Int, height: Int, shorterSide: Int
  ) throws -> (width: Int, height: Int) {
    _ = try Image.pixelCount(width: shorterSide, height: 1)
    let longer = shorterSide * max(width, height) / min(width, height)
    return width <= height ? (shorterSide, longer) : (longer, shorterSide)
  }

  /// The first pixel of a crop in the middle; a negative one is the padding that torchvision puts
  /// before.
  static func centeredOffset(of crop: Int, in side: Int) -> Int {
    // Padding is `(crop - side) // 2`, a crop `int(round((side - crop) / 2.0))`, to the even
    // number.
    if crop > side { return -((crop - side) / 2) }
    return Int((Double(side - crop) / 2).rounded(.toNearestOrEven))
  }
}
