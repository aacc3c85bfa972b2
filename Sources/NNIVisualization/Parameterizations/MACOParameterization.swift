/// An image of which only phases are free; how strong each frequency is stays as in natural images.
///
/// `x = sigmoid(M · F⁻¹(m_f · exp(i φ_f)))` with fixed magnitudes `m`. The phases of frequencies that are
/// their own opposites' mirror, the first and the last column of a half spectrum, are made odd,
/// `φ(f) − φ(−f)`, so that every magnitude is exact.
///
/// - Reference: Fel et al. 2023, *Unlocking Feature Visualization for Deeper Networks with MAgnitude
///   Constrained Optimization*, equation 4 (`fel2023unlocking`), who scale the image to unit variance;
///   here magnitudes are taken before the sigmoid, and nothing has to be scaled.
public struct MACOParameterization: Parameterization {
  /// The magnitudes.
  public var spectrum: MagnitudeSpectrum

  /// Creates a parametrisation.
  public init(_ spectrum: MagnitudeSpectrum) { self.spectrum = spectrum }

  public var name: String { "maco" }
  public var text: String { "maco, magnitudes of \(spectrum.count) images" }
  public var learningRate: Double { 0.1 }

  public func parameters(
    _ start: ImageStart, count: Int, random: CounterRandom, on canvas: ImageCanvas
  ) throws -> Tensor {
    let (height, width) = try canvas.extents(for: "MACO")
    switch start {
    case .noise, .uniform:
      let shape = [canvas.shape[0], height, width / 2 + 1]
      let size = shape.reduce(1, *)
      let numbers = (0..<count).flatMap { random.uniforms(size, stream: UInt64($0)) }
      return try (Tensor(numbers, shape: [count] + shape).converted(to: canvas.dtype) - 0.5)
        * (2 * Double.pi)
    case .zero, .images:
      let images = try start.images(count: count, random: random, noise: 0, on: canvas)
      let values = try ColorCorrelation.applied(
        ColorCorrelation.inverse, to: canvas.pixels(images).logits(), on: canvas)
      let pairs = try values.spectrum()
      let phase = try Tensor.call(
        "aten::atan2", .tensor(pairs.selected(axis: 4, index: 1)),
        .tensor(pairs.selected(axis: 4, index: 0)))
      // Half in each of two mirrored places of a column that is made odd.
      let half = Self.isMirrored(width).map { $0 ? 0.5 : 1 }
      return try phase * Tensor(half, shape: [1, 1, 1, half.count], dtype: canvas.dtype)
    }
  }

  public func images(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor {
    let (height, width) = try canvas.extents(for: "MACO")
    guard spectrum.magnitudes.shape == [canvas.shape[0], height, width / 2 + 1] else {
      throw InterpretabilityError(
        .invalidInput,
        "the magnitudes have shape \(spectrum.magnitudes.shape), which does not fit images of "
          + "shape \(canvas.shape)")
    }
    let phase = try odd(parameters, width: width)
    let magnitude = try signedMagnitudes(height, width).converted(to: parameters.dtype)
      .moved(to: parameters.device)
    let real = try phase.mappedInShares { try .call("aten::cos", .tensor($0)) } * magnitude
    let imaginary = try phase.mappedInShares { try .call("aten::sin", .tensor($0)) } * magnitude
    let pairs = try Tensor.call("aten::stack", .tensors([real, imaginary]), .int(-1))
    let values = try ColorCorrelation.applied(
      ColorCorrelation.matrix, to: pairs.wave(height: height, width: width), on: canvas)
    return try canvas.normalized(values.sigmoid())
  }

  /// Magnitudes, negative at frequency zero where images are dark: `[C, H, ⌊W/2⌋ + 1]`.
  private func signedMagnitudes(_ height: Int, _ width: Int) throws -> Tensor {
    let sign = try Tensor.call("aten::sign", .tensor(spectrum.means)).reshaped([-1, 1, 1])
    var isZero = [Double](repeating: 0, count: height * (width / 2 + 1))
    isZero[0] = 1
    let place = try Tensor(isZero, shape: [1, height, width / 2 + 1])
    return try spectrum.magnitudes * (place * (sign - 1) + 1)
  }

  /// Phases with the mirrored columns made odd.
  private func odd(_ phase: Tensor, width: Int) throws -> Tensor {
    // The mirror of row r is row −r.
    let mirrored = try Tensor.call(
      "aten::roll", .tensor(.call("aten::flip", .tensor(phase), .ints([2]))), .ints([1]), .ints([2])
    )
    let flags = Self.isMirrored(width).map { $0 ? 1.0 : 0 }
    let mask = try Tensor(flags, shape: [1, 1, 1, flags.count], dtype: phase.dtype)
      .moved(to: phase.device)
    return try phase - mirrored * mask
  }

  /// For each column of a half spectrum, whether its frequencies' opposites stand in it too.
  private static func isMirrored(_ width: Int) -> [Bool] {
    (0...(width / 2)).map { $0 == 0 || 2 * $0 == width }
  }
}
