extension Image {
  /// The values as a network wants them: planes `[C, H, W]`, `(value / 255 - mean) / deviation` in
  /// float32; of a picture of 16 bits `(value / 65535 - mean) / deviation`.
  ///
  /// Of 8 bits torchvision's `ToTensor` and `Normalize`, to the bit. With no arguments: values from 0 to 1.
  ///
  /// - Parameters:
  ///   - mean: one number a channel, or one for all.
  ///   - standardDeviation: one number a channel, or one for all; not zero.
  /// - Returns: `channels * height * width` numbers.
  /// - Throws: ``ImageError`` when the numbers do not fit the channels or a deviation is zero.
  public func normalized(
    mean: [Float] = [0], standardDeviation: [Float] = [1]
  ) throws -> [Float] {
    for (name, values) in [("means", mean), ("standard deviations", standardDeviation)]
    where values.count != 1 && values.count != channels {
      throw ImageError(
        .invalidRequest,
        "A picture with \(channels) channels was given \(values.count) \(name); "
          + "give one for each channel or one for all.")
    }
    guard standardDeviation.allSatisfy({ $0 != 0 }) else {
      throw ImageError(
        .invalidRequest,
        "A standard deviation of 0 cannot be divided by; give 1 to leave a channel as it is.")
    }
    var result: [Float] = []
    result.reserveCapacity(pixels.count)
    for channel in 0..<channels {
      let center = mean.count == 1 ? mean[0] : mean[channel]
      let deviation =
        standardDeviation.count == 1 ? standardDeviation[0] : standardDeviation[channel]
      guard values16.isEmpty else {
        for index in stride(from: channel, to: values16.count, by: channels) {
          result.append((Float(values16[index]) / 65535 - center) / deviation)
        }
        continue
      }
      let values = (0...255).map { (Float($0) / 255 - center) / deviation }
      for index in stride(from: channel, to: pixels.count, by: channels) {
        result.append(values[Int(pixels[index])])
      }
    }
    return result
  }
}
