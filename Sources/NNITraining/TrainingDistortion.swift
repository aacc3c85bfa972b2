internal import Foundation

/// Small random rotations, shifts and changes of size, other ones each time a picture is seen.
///
/// Pixel centres lie at whole numbers plus one half; what comes from outside the picture is zero, and
/// values between pixels are bilinear (libtorch's `affine_grid` and `grid_sample` without aligned
/// corners). A sample's numbers depend on the seed and its position in the data set alone.
public struct TrainingDistortion: Sendable, Codable, Hashable {
  /// The largest rotation either way, in degrees.
  public var degrees: Double
  /// The largest shift either way along each axis, in pixels.
  public var pixels: Double
  /// The largest change of size either way, as a fraction, in 0..<1.
  public var scale: Double

  /// Creates a distortion.
  public init(degrees: Double = 0, pixels: Double = 0, scale: Double = 0) {
    self.degrees = degrees
    self.pixels = pixels
    self.scale = scale
  }

  /// Pictures as they are.
  public static let none = TrainingDistortion()

  /// The settings in one line, for records.
  public var text: String {
    self == .none
      ? "no distortion" : "distortion up to \(degrees)°, \(pixels) pixels, \(scale) of the size"
  }

  /// A batch of pictures, each changed in its own way.
  ///
  /// - Parameters:
  ///   - batch: `[N, C, H, W]`; with ``none`` of any shape.
  ///   - samples: The position of each in its data set.
  ///   - seed: Decides the changes; another one for each epoch.
  /// - Returns: A batch of the same shape.
  /// - Throws: ``InterpretabilityError`` when the batch holds no pictures.
  public func apply(to batch: Tensor, samples: [Int], seed: UInt64) throws -> Tensor {
    guard self != .none else { return batch }
    guard batch.rank == 4, batch.shape[0] == samples.count else {
      throw InterpretabilityError(
        .invalidInput,
        "inputs of shape \(batch.shape) cannot be distorted; wanted [\(samples.count), C, H, W]")
    }
    let (height, width) = (Double(batch.shape[2]), Double(batch.shape[3]))
    let random = CounterRandom(seed: seed)
    let matrices: [Double] = samples.flatMap { sample in
      let numbers = random.uniforms(4, stream: UInt64(sample)).map { Double($0) * 2 - 1 }
      let angle = numbers[0] * degrees * Double.pi / 180
      let (across, down) = (numbers[1] * pixels * 2 / width, numbers[2] * pixels * 2 / height)
      let size = 1 / (1 + numbers[3] * scale)
      // From a place in the result to the place in the picture, in units of half a side.
      return [
        cos(angle) * size, -sin(angle) * size * height / width, across,
        sin(angle) * size * width / height, cos(angle) * size, down,
      ]
    }
    let theta = try Tensor(matrices, shape: [samples.count, 2, 3], dtype: batch.dtype)
    let grid = try Tensor.call(
      "aten::affine_grid_generator", .tensor(theta), .ints(batch.shape), .bool(false))
    let (bilinear, zeros) = (0, 0)  // libtorch's numbers
    return try .call(
      "aten::grid_sampler", .tensor(batch), .tensor(grid), .int(bilinear), .int(zeros), .bool(false)
    )
  }

  func validate() throws {
    guard degrees >= 0, degrees.isFinite, pixels >= 0, pixels.isFinite, (0..<1).contains(scale)
    else {
      throw InterpretabilityError(
        .invalidOption,
        "a distortion of \(degrees) degrees, \(pixels) pixels and \(scale) of the size is not possible; "
          + "wanted numbers that are not negative, and a size below 1")
    }
  }
}
