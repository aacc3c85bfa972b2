/// A picture in memory: interleaved values, rows from top to bottom.
///
/// The value of channel `c` at column `x` of row `y` is `pixels[(y * width + x) * channels + c]`.
/// A picture of 16 bits a channel has its full values in ``values16`` beside these upper 8 bits.
/// No colour profile is kept or applied, as in the loaders that networks are trained with.
///
/// ```swift
/// let photo = try Image(contentsOf: URL(filePath: "chelsea.jpg"))
/// let input = try photo.resized(shorterSide: 256).centerCropped(width: 224, height: 224)
/// ```
public struct Image: Sendable, Hashable {
  /// The most pixels that a picture may have: 200 megapixels, 600 MB in RGB.
  public static let defaultPixelLimit = 200_000_000

  /// Columns, at least 1.
  public let width: Int

  /// Rows, at least 1.
  public let height: Int

  /// What the channels mean.
  public let layout: PixelLayout

  /// The values in 8 bits, `width * height * channels` of them.
  public internal(set) var pixels: [UInt8]

  /// The values of a picture of 16 bits a channel, in the order of ``pixels``, which hold their upper 8
  /// bits; empty when the picture has only these.
  ///
  /// Networks see these values, shown are the others: all that changes or reads a whole picture,
  /// ``normalized(mean:standardDeviation:)`` among it, goes by them.
  public internal(set) var values16: [UInt16] = []

  /// How many values a pixel has: 1, 3 or 4.
  public var channels: Int { layout.rawValue }

  /// Makes a picture of given values.
  ///
  /// Throws an ``ImageError`` when a side is not positive, the sides exceed ``defaultPixelLimit``,
  /// or their product with the channels is not the number of values.
  public init(width: Int, height: Int, layout: PixelLayout, pixels: [UInt8]) throws {
    let count = try Image.pixelCount(width: width, height: height) * layout.rawValue
    guard pixels.count == count else {
      throw ImageError(
        .invalidRequest,
        "A picture of \(width) x \(height) with \(layout.rawValue) channels needs \(count) values, "
          + "but \(pixels.count) were given; check the order of width and height.")
    }
    self.init(uncheckedWidth: width, height: height, layout: layout, pixels: pixels)
  }

  /// Makes a picture of given values of 16 bits.
  ///
  /// Throws as ``init(width:height:layout:pixels:)`` does.
  public init(width: Int, height: Int, layout: PixelLayout, values16: [UInt16]) throws {
    try self.init(
      width: width, height: height, layout: layout, pixels: values16.map { UInt8($0 >> 8) })
    self.values16 = values16
  }

  init(uncheckedWidth width: Int, height: Int, layout: PixelLayout, values16: [UInt16]) {
    self.init(
      uncheckedWidth: width, height: height, layout: layout,
      pixels: values16.map { UInt8($0 >> 8) })
    self.values16 = values16
  }

  /// Makes a picture of one colour.
  ///
  /// Throws as ``init(width:height:layout:pixels:)`` does; the layout follows from the number of
  /// values.
  public init(width: Int, height: Int, filledWith color: [UInt8]) throws {
    guard let layout = PixelLayout(rawValue: color.count) else {
      throw ImageError(
        .invalidRequest,
        "A colour of \(color.count) values fits no picture; give 1 (grey), 3 (RGB) or 4 (RGBA).")
    }
    let count = try Image.pixelCount(width: width, height: height)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * color.count)
    for _ in 0..<count { pixels.append(contentsOf: color) }
    self.init(uncheckedWidth: width, height: height, layout: layout, pixels: pixels)
  }

  init(uncheckedWidth width: Int, height: Int, layout: PixelLayout, pixels: [UInt8]) {
    precondition(pixels.count == width * height * layout.rawValue)
    self.width = width
    self.height = height
    self.layout = layout
    self.pixels = pixels
  }

  /// The value of one channel of one pixel in 8 bits; setting one leaves a picture of 8 bits.
  public subscript(x x: Int, y y: Int, channel channel: Int) -> UInt8 {
    get { pixels[index(x: x, y: y, channel: channel)] }
    set {
      pixels[index(x: x, y: y, channel: channel)] = newValue
      values16 = []
    }
  }

  private func index(x: Int, y: Int, channel: Int) -> Int {
    precondition(x >= 0 && x < width && y >= 0 && y < height && channel >= 0 && channel < channels)
    return (y * width + x) * channels + channel
  }

  /// The number of pixels of a size, if a picture may have that size.
  static func pixelCount(width: Int, height: Int) throws -> Int {
    guard width > 0, height > 0 else {
      throw ImageError(
        .invalidRequest,
        "A picture of \(width) x \(height) cannot be made; give sides of at least 1.")
    }
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, count <= defaultPixelLimit else {
      throw ImageError(
        .tooLarge,
        "A picture of \(width) x \(height) exceeds the limit of \(defaultPixelLimit) pixels; "
          + "choose smaller sides.")
    }
    return count
  }
}
