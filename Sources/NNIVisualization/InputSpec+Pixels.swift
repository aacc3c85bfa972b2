internal import NNIImages

/// Pictures as tensors that are not normalised yet: what a visualisation changes.
extension InputSpec {
  /// How many channels an image has, also where its size is not known.
  var pixelChannels: Int { channels == .grey ? 1 : 3 }

  /// A picture at its own size, `[1, C, H, W]` with values from 0 to 1, channels in the network's order.
  func pixels(of picture: Image) throws -> Tensor {
    let plain = picture.converted(to: channels == .grey ? .grey : .rgb)
    let values = try plain.normalized()
    return try networkOrder(Tensor(values, shape: [1, plain.channels, plain.height, plain.width]))
  }

  /// The picture of pixels `[1, C, H, W]`; values outside 0…1 are cut, others rounded to the nearest of 256.
  func picture(of pixels: Tensor) throws -> Image {
    let bytes = try Tensor.call(
      "aten::clamp", .tensor(networkOrder(pixels) * 255), .double(0), .double(255))
    let rounded = try Tensor.call("aten::round", .tensor(bytes)).converted(to: .uint8)
    let interleaved = try rounded.selected(axis: 0, index: 0).permuted([1, 2, 0])
    let shape = pixels.shape
    return try Image(
      width: shape[3], height: shape[2], layout: shape[1] == 1 ? .grey : .rgb,
      pixels: Tensor.call("aten::contiguous", .tensor(interleaved)).elements())
  }

  /// `(pixels − mean) / std` for each channel.
  func normalized(_ pixels: Tensor) throws -> Tensor {
    try (pixels - channelValues(mean, 0, like: pixels)) / channelValues(std, 1, like: pixels)
  }

  /// The derivative by the pixels from that by the normalised input.
  func derivativeByPixels(_ derivative: Tensor) throws -> Tensor {
    try derivative / channelValues(std, 1, like: derivative)
  }

  private func channelValues(_ values: [Double], _ standard: Double, like pixels: Tensor) throws
    -> Tensor
  {
    let values = values.isEmpty ? [standard] : values
    return try Tensor(values, shape: [1, values.count, 1, 1], dtype: pixels.dtype)
      .moved(to: pixels.device)
  }

  /// From an image's order to the network's or back, which is the same.
  private func networkOrder(_ pixels: Tensor) throws -> Tensor {
    guard channels == .bgr else { return pixels }
    return try .call("aten::flip", .tensor(pixels), .ints([1]))
  }
}
