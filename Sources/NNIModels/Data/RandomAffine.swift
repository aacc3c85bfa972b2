internal import Foundation

/// Turns, moves and enlarges images at random.
///
/// The angle, both shifts and the logarithm of the scale are uniform in their ranges and independent.
public struct RandomAffine: Augmentation {
  /// The largest angle either way, in degrees.
  public let degrees: Double
  /// The largest shift along each axis either way, in pixels.
  public let shift: Double
  /// The largest enlargement, at least 1; its inverse is the smallest.
  public let scale: Double
  /// Whether shifts are by whole pixels.
  public let isWhole: Bool
  /// How images are read between pixels.
  public let interpolation: SpatialInterpolation

  /// Ranges.
  ///
  /// - Throws: ``InterpretabilityError`` for a negative range, a scale below 1, or what is not finite.
  public init(
    degrees: Double = 0, shift: Double = 0, scale: Double = 1, isWhole: Bool = false,
    interpolation: SpatialInterpolation = .linear
  ) throws {
    guard [degrees, shift, scale].allSatisfy(\.isFinite), degrees >= 0, shift >= 0, scale >= 1
    else {
      throw InterpretabilityError(
        .invalidOption,
        "the ranges of a random change must be finite, degrees and shift at least 0 and scale at "
          + "least 1; found \(degrees)°, \(shift) pixels and a scale of \(scale)")
    }
    self.degrees = degrees
    self.shift = shift
    self.scale = scale
    self.isWhole = isWhole
    self.interpolation = interpolation
  }

  /// Turns only.
  public static func rotation(degrees: Double) throws -> RandomAffine {
    try RandomAffine(degrees: degrees)
  }

  /// Moves only, by whole pixels.
  public static func shift(pixels: Int) throws -> RandomAffine {
    try RandomAffine(shift: Double(pixels), isWhole: true)
  }

  /// The change of a sample.
  public func map(ofSample sample: Int, random: CounterRandom) throws -> AffineMap {
    let numbers = random.uniforms(4, stream: UInt64(bitPattern: Int64(sample))).map { Double($0) }
    func symmetric(_ number: Double, _ range: Double) -> Double { (2 * number - 1) * range }
    func offset(_ number: Double) -> Double {
      guard isWhole else { return symmetric(number, shift) }
      // Each of the whole numbers from −shift to shift is as likely.
      let steps = shift.rounded(.down)
      return (number * (2 * steps + 1)).rounded(.down) - steps
    }
    return try AffineMap(
      degrees: symmetric(numbers[0], degrees), scale: power(scale, symmetric(numbers[3], 1)),
      down: offset(numbers[1]), right: offset(numbers[2]))
  }

  public func changed(_ inputs: Tensor, samples: [Int], random: CounterRandom) throws -> Tensor {
    guard inputs.shape.first == samples.count else {
      throw InterpretabilityError(
        .invalidInput,
        "changes were asked for \(samples.count) samples, but the inputs are \(inputs.shape)")
    }
    return try inputs.mapped(
      by: samples.map { try map(ofSample: $0, random: random) }, interpolation: interpolation)
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    base == 1 ? 1 : pow(base, exponent)
  }
}
