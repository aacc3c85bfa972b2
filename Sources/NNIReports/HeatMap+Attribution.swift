public import NNIMethods

extension HeatMap {
  /// One sample of an attribution `[N, C, h, w]`, with a pixel's channels as one value: the largest
  /// magnitude for sensitivities, the value itself where all channels have the same and no sum is
  /// promised (occlusion covers them together), the sum for all else.
  ///
  /// A map without negative values is shown as magnitudes.
  /// - Throws: ``ReportError`` when the attribution is not of images, `TorchError` when it cannot be
  ///   read.
  public init(_ attribution: Attribution, sample: Int) throws {
    let shape = attribution.map.shape
    guard shape.count == 4, (0..<shape[0]).contains(sample) else {
      throw ReportError(
        .option,
        "A heat map needs an attribution of images [N, C, h, w]; this one has shape \(shape), and "
          + "sample \(sample) is asked for.")
    }
    let values = try attribution.map.selected(axis: 0, index: sample).elements(as: Float.self)
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    guard attribution.promise != .sensitivity else {
      try self.init(
        largestMagnitudeOf: values, channels: channels, height: height, width: width)
      return
    }
    let plane = values.prefix(height * width)
    let isRepeated = (0..<channels).allSatisfy { channel in
      values.dropFirst(channel * height * width).prefix(height * width).elementsEqual(plane)
    }
    let isWhole = attribution.promise == .nothing && isRepeated
    let signed =
      isWhole
      ? try HeatMap(Array(plane), height: height, width: width, kind: .signed)
      : try HeatMap(summing: values, channels: channels, height: height, width: width)
    let isNegative = signed.values.contains { $0 < 0 }
    try self.init(
      signed.values, height: height, width: width, kind: isNegative ? .signed : .magnitude)
  }
}
