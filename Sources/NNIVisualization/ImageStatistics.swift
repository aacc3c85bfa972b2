internal import Foundation

/// How an image lies beside photographs: how fast its power falls with frequency, and how much of it is
/// black or white.
///
/// The power spectrum of a photograph falls about as `1/|f|^s`, those of the shipped ones with `s` from 2.8 to 3.3; noise of single pixels
/// has 0. An optimised image whose slope is far lower has dots at the scale of pixels, and one with a large
/// ``saturation`` has steps that are too long for its bounds.
///
/// ```swift
/// let found = try ImageStatistics(of: canvas.pixels(images), image: 0)
/// print(found.slope, found.saturation)
/// ```
public struct ImageStatistics: Sendable, Hashable, Codable {
  /// `s` of the power `∝ 1/|f|^s`.
  public let slope: Double
  /// How many of the channels' values lie within 2/255 of black or white, 0 to 1.
  public let saturation: Double
  /// The standard deviation of all values, in fractions of the range from black to white.
  public let contrast: Double
  /// The share of the power beyond 4 cycles an image that lies at a quarter cycle a pixel and above, 0 to 1.
  public let highShare: Double

  /// Measures one image of a batch.
  ///
  /// The mean over channels, less its own mean, is multiplied by a Hann window in both directions. The mean
  /// power in twelve rings of equal width in `log |f|`, from 4 cycles an image to half a cycle a pixel, gives the
  /// slope by least squares in double logarithms. Rings without a frequency are left out.
  ///
  /// - Parameters:
  ///   - pixels: Values from 0 (black) to 1 (white), `[N, C, H, W]`; what lies beyond counts as cut.
  ///   - image: Which one.
  /// - Throws: ``InterpretabilityError`` when there is no such image or it has less than 16 rows or columns.
  public init(of pixels: Tensor, image: Int = 0) throws {
    guard pixels.rank == 4, (0..<pixels.shape[0]).contains(image), pixels.shape[1] > 0,
      pixels.shape[2] >= 16, pixels.shape[3] >= 16
    else {
      throw InterpretabilityError(
        .invalidInput,
        "an image's statistics need image \(image) of [N, C, H, W] with at least 16 rows and columns, not "
          + "\(pixels.shape)")
    }
    let (height, width) = (pixels.shape[2], pixels.shape[3])
    let values = try pixels.narrowed(axis: 0, to: image..<(image + 1)).converted(to: .float64)
      .clamped(min: 0).clamped(max: 1)
    let numbers = try values.doubles()
    guard numbers.allSatisfy(\.isFinite) else {
      throw InterpretabilityError(.invalidInput, "image \(image) holds NaN or infinity")
    }
    let count = Double(numbers.count)
    saturation = Double(numbers.count { $0 <= 2.0 / 255 || $0 >= 253.0 / 255 }) / count
    let mean = numbers.reduce(0, +) / count
    contrast = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()

    let window = Self.hann(height).flatMap { row in Self.hann(width).map { row * $0 } }
    let grey = try values.mean(over: [1], keepingAxes: true)
    let centred = try grey - grey.mean(over: [2, 3], keepingAxes: true)
    let pairs = try (centred * Tensor(window, shape: [1, 1, height, width])).spectrum()
    let powers = try pairs.squared().sum(over: [4]).doubles()
    let lengths = Frequency.lengths(height: height, width: width)
    // Frequencies between the first and the last column of a half spectrum stand for two.
    let columns = width / 2 + 1
    let weights = (0..<columns).map { $0 == 0 || 2 * $0 == width ? 1.0 : 2 }
    // A frequency that is a ring's edge but for rounding belongs to the ring.
    let lowest = 4 / Double(min(height, width)) * (1 - 1e-9)
    let highest = 0.5 * (1 - 1e-9)
    var rings = [(power: Double, logarithm: Double, weight: Double)](
      repeating: (0, 0, 0), count: Self.ringCount)
    let octaves = log(highest / lowest)
    var (all, high) = (0.0, 0.0)
    for (place, length) in lengths.enumerated() where length >= lowest {
      let weight = weights[place % columns]
      all += powers[place] * weight
      if length >= 0.25 * (1 - 1e-9) { high += powers[place] * weight }
      guard length < highest else { continue }
      let position = log(length / lowest) / octaves * Double(Self.ringCount)
      let ring = min(Int(position), Self.ringCount - 1)
      rings[ring].power += powers[place] * weight
      rings[ring].logarithm += log(length) * weight
      rings[ring].weight += weight
    }
    highShare = all > 0 ? high / all : 0
    let points = rings.filter { $0.weight > 0 && $0.power > 0 }.map {
      (x: $0.logarithm / $0.weight, y: log($0.power / $0.weight))
    }
    let middle = points.reduce((0.0, 0.0)) { ($0.0 + $1.x, $0.1 + $1.y) }
    let (x, y) = (middle.0 / Double(points.count), middle.1 / Double(points.count))
    let product = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
    let square = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    slope = square > 0 ? -product / square : 0
  }

  private static let ringCount = 12

  /// `(1 − cos(2π k / (n − 1))) / 2`.
  private static func hann(_ count: Int) -> [Double] {
    (0..<count).map { 0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(count - 1)) }
  }
}
