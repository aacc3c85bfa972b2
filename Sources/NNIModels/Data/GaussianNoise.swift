/// Adds normally distributed noise to each value; nothing is clamped.
public struct GaussianNoise: Augmentation {
  /// The standard deviation, in the units of the inputs.
  public let deviation: Double

  /// Noise of a strength.
  ///
  /// - Throws: ``InterpretabilityError`` for a negative deviation or what is not finite.
  public init(deviation: Double) throws {
    guard deviation.isFinite, deviation >= 0 else {
      throw InterpretabilityError(
        .invalidOption, "the noise's deviation is \(deviation); wanted a finite number from 0")
    }
    self.deviation = deviation
  }

  public func changed(_ inputs: Tensor, samples: [Int], random: CounterRandom) throws -> Tensor {
    guard inputs.shape.first == samples.count, inputs.dtype.isFloatingPoint else {
      throw InterpretabilityError(
        .invalidInput,
        "noise was asked for \(samples.count) samples, but the inputs are \(inputs.dtype) "
          + "\(inputs.shape)")
    }
    let size = samples.isEmpty ? 0 : inputs.count / samples.count
    let numbers = samples.flatMap {
      random.normals(size, stream: UInt64(bitPattern: Int64($0)))
    }
    let noise = try Tensor(numbers, shape: inputs.shape).converted(to: inputs.dtype)
    return try inputs + noise * deviation
  }
}
