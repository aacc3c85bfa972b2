public import NNIImages

/// How strong each frequency is in natural images: what MACO keeps fixed.
///
/// The mean over images of `|F(u)|`, where `u = M⁻¹ logit(pixels)` are the independent colours of an
/// image before its sigmoid.
public struct MagnitudeSpectrum: Sendable {
  /// The magnitudes, `[C, H, ⌊W/2⌋ + 1]`, of the orthonormal transform.
  public let magnitudes: Tensor
  /// The mean of the coefficient at frequency zero, which has a sign: `[C]`.
  public let means: Tensor
  /// How many images it was computed from.
  public let count: Int

  /// The spectrum of images, `[n, C, H, W]` as the network takes them.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none or their shape is not the canvas's.
  public init(_ images: Tensor, on canvas: ImageCanvas) throws {
    _ = try canvas.extents(for: "a magnitude spectrum")
    guard images.rank == 4, images.shape[0] > 0, Array(images.shape.dropFirst()) == canvas.shape
    else {
      throw InterpretabilityError(
        .invalidInput,
        "a magnitude spectrum needs images of shape \(canvas.shape), not \(images.shape)")
    }
    let values = try canvas.pixels(images.converted(to: .float64)).logits()
    let spectrum = try ColorCorrelation.applied(ColorCorrelation.inverse, to: values, on: canvas)
      .spectrum()
    magnitudes = try spectrum.squared().sum(over: [4]).squareRoot().mean(over: [0])
    means = try spectrum.narrowed(axis: 2, to: 0..<1).narrowed(axis: 3, to: 0..<1)
      .narrowed(axis: 4, to: 0..<1).flattened(from: 1).mean(over: [0])
    count = images.shape[0]
  }

  /// The spectrum of photographs, prepared as the network wants them.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none, or the network takes no images.
  public init(of photographs: [Image], for model: Model, on canvas: ImageCanvas) throws {
    let (height, width) = try canvas.extents(for: "a magnitude spectrum")
    guard !photographs.isEmpty else {
      throw InterpretabilityError(
        .invalidOption, "a magnitude spectrum needs at least one photograph")
    }
    var spec = model.inputSpec
    spec.size = [height, width]
    if spec.resize > 0 { spec.resize = max(spec.resize, height, width) }
    let images = try photographs.map { try spec.tensor(from: $0).tensor }
    try self.init(.concatenated(images, axis: 0), on: canvas)
  }
}
