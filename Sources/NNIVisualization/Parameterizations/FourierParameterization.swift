/// An image made of waves whose strength falls with their frequency, in colours that are independent.
///
/// With one complex number `s_f` for each frequency `f` of each colour axis:
/// `x = sigmoid(M · F⁻¹(c s_f |f|^−d) / 4)`, where `F` is the orthonormal Fourier transform, `|f|` at least
/// `1/max(H, W)`, and `M` how colours correlate. The factor `c = rms(|f|^−1) / rms(|f|^−d)` gives every decay
/// the strength of the first, so that one learning rate suits all. A step of equal length moves all
/// frequencies alike as far as natural images vary in them, and an image does not drown in high ones.
///
/// The amplitudes of photographs fall as `|f|^−1.4` to `|f|^−1.7` (the shipped ones), and Adam makes steps of
/// about equal length in all `s_f`. So the spectrum of the result is that of the decay, if steps are short
/// enough for the sigmoid not to cut it: a cut edge is sharp, and sharp edges are high frequencies.
///
/// - Reference: Olah et al. 2017, *Feature Visualization*, “Preconditioning and Parameterization”
///   (`olah2017feature`). The quarter is Lucid's and Lucent's; their decay is 1, which is too little for
///   Adam (the numbers stand in <doc:Activation-maximisation>), and so are steps of 0.2.
public struct FourierParameterization: Parameterization {
  /// d, how fast strength falls with frequency.
  public var decay: Double
  /// Whether colours are decorrelated.
  public var decorrelatesColors: Bool
  /// The standard deviation of the numbers that an image begins with.
  public var noise: Double

  /// Creates a parametrisation.
  public init(decay: Double = 1.5, decorrelatesColors: Bool = true, noise: Double = 0.01) {
    self.decay = decay
    self.decorrelatesColors = decorrelatesColors
    self.noise = noise
  }

  /// What the inverse transform is divided by.
  private static let divisor = 4.0

  public var name: String { "fourier" }
  public var text: String {
    "fourier, decay \(decay), colours \(decorrelatesColors ? "decorrelated" : "as they are")"
  }
  public var learningRate: Double { 0.05 }

  public func parameters(
    _ start: ImageStart, count: Int, random: CounterRandom, on canvas: ImageCanvas
  ) throws -> Tensor {
    let (height, width) = try canvas.extents(for: "the Fourier parametrisation")
    switch start {
    case .noise:
      let shape = [canvas.shape[0], height, width / 2 + 1, 2]
      let size = shape.reduce(1, *)
      let numbers = (0..<count).flatMap { random.normals(size, stream: UInt64($0)) }
      return try Tensor(numbers, shape: [count] + shape).converted(to: canvas.dtype) * noise
    default:
      let images = try start.images(count: count, random: random, noise: noise, on: canvas)
      var values = try canvas.pixels(images).logits()
      if decorrelatesColors {
        values = try ColorCorrelation.applied(ColorCorrelation.inverse, to: values, on: canvas)
      }
      return try (values * Self.divisor).spectrum() / scale(canvas)
    }
  }

  public func images(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor {
    let (height, width) = try canvas.extents(for: "the Fourier parametrisation")
    var values = try (parameters * scale(canvas)).wave(height: height, width: width) / Self.divisor
    if decorrelatesColors {
      values = try ColorCorrelation.applied(ColorCorrelation.matrix, to: values, on: canvas)
    }
    return try canvas.normalized(values.sigmoid())
  }

  /// `c max(|f|, 1/max(H, W))^−d` for each frequency, `[1, 1, H, ⌊W/2⌋ + 1, 1]`.
  private func scale(_ canvas: ImageCanvas) throws -> Tensor {
    let (height, width) = try canvas.extents(for: "the Fourier parametrisation")
    let least = 1 / Double(max(height, width))
    let lengths = Frequency.lengths(height: height, width: width).map { max($0, least) }
    func energy(_ decay: Double) -> Double { lengths.reduce(0) { $0 + power($1, -2 * decay) } }
    let factor = (energy(1) / energy(decay)).squareRoot()
    let numbers = lengths.map { factor * power($0, -decay) }
    return try Tensor(numbers, shape: [1, 1, height, width / 2 + 1, 1], dtype: canvas.dtype)
  }
}
