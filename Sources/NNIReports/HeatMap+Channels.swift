extension HeatMap {
  /// The sum over channels of a signed attribution `[C, H, W]`: the map keeps the attribution's
  /// total.
  ///
  /// - Throws: ``ReportError`` when the shape does not fit or a sum is not finite.
  public init(summing values: [Float], channels: Int, height: Int, width: Int) throws {
    let planes = try Planes(values, channels: channels, height: height, width: width)
    let sums = (0..<(height * width)).map { pixel in
      Float(planes.values(at: pixel).reduce(0.0) { $0 + Double($1) })
    }
    try self.init(sums, height: height, width: width, kind: .signed)
  }

  /// The largest absolute value over channels `[C, H, W]`.
  ///
  /// Simonyan, Vedaldi, Zisserman 2014, "Deep Inside Convolutional Networks", section 3.1: the
  /// saliency of a pixel.
  ///
  /// - Throws: ``ReportError`` when the shape does not fit or a value is not finite.
  public init(
    largestMagnitudeOf values: [Float], channels: Int, height: Int, width: Int
  ) throws {
    let planes = try Planes(values, channels: channels, height: height, width: width)
    let peaks = (0..<(height * width)).map { pixel in
      // `max` may lose a NaN; a sum keeps it, and the initialiser then refuses the map.
      planes.values(at: pixel).reduce(Float(0)) { $1.isNaN ? $1 : $0.isNaN ? $0 : max($0, abs($1)) }
    }
    try self.init(peaks, height: height, width: width, kind: .magnitude)
  }

  /// Values `[C, H, W]` whose shape has been checked.
  private struct Planes {
    let all: [Float]
    let channels: Int
    let size: Int

    init(_ values: [Float], channels: Int, height: Int, width: Int) throws {
      guard channels > 0, height > 0, width > 0, values.count / channels / height == width,
        values.count == channels * height * width
      else {
        throw ReportError(
          .shape,
          "An attribution of [\(channels), \(height), \(width)] was given \(values.count) values; "
            + "check the order of its axes.")
      }
      all = values
      self.channels = channels
      size = height * width
    }

    func values(at pixel: Int) -> [Float] {
      (0..<channels).map { all[$0 * size + pixel] }
    }
  }
}
