public import NNIImages

extension ImageCanvas {
  /// Images as the network takes them, `[N, C, H, W]` with one or three channels, as pictures.
  ///
  /// Colours beyond black and white are cut off.
  /// - Throws: ``InterpretabilityError`` when they are no such images.
  public func pictures(_ images: Tensor) throws -> [Image] {
    guard images.rank == 4, [1, 3].contains(images.shape[1]) else {
      throw InterpretabilityError(
        .unsupported,
        "a picture has one channel or three; the network takes inputs of shape \(shape)")
    }
    var pixels = try self.pixels(images.converted(to: .float64))
    if isBGR { pixels = try .call("aten::flip", .tensor(pixels), .ints([1])) }
    let bytes = try Tensor.call(
      "aten::round", .tensor((pixels * 255).clamped(min: 0).clamped(max: 255))
    ).permuted([0, 2, 3, 1])
    return try (0..<images.shape[0]).map { index in
      let values = try bytes.selected(axis: 0, index: index).doubles()
      return try Image(
        width: images.shape[3], height: images.shape[2],
        layout: images.shape[1] == 1 ? .grey : .rgb, pixels: values.map { UInt8($0) })
    }
  }
}
