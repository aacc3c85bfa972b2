/// What an image is made of while it is optimised: pixels, waves, phases, a generator's code.
///
/// The same objective leads to other images with other parameters: what few numbers say easily comes
/// first.
public protocol Parameterization: Sendable {
  /// The name on the command line.
  var name: String { get }
  /// All settings in one line, for records.
  var text: String { get }
  /// How far one step goes unless something else is asked for.
  var learningRate: Double { get }
  /// How many random starts are tried unless something else is asked for.
  var candidates: Int { get }
  /// Where an optimisation begins, `[N, …]`.
  ///
  /// - Parameters:
  ///   - start: What the first images look like.
  ///   - count: How many there are, N.
  ///   - random: Numbers for noise.
  ///   - canvas: What the network takes.
  /// - Returns: What is optimised.
  /// - Throws: ``InterpretabilityError`` when it cannot begin so.
  func parameters(
    _ start: ImageStart, count: Int, random: CounterRandom, on canvas: ImageCanvas
  ) throws -> Tensor
  /// The images, `[N, C, H, W]` as the network takes them, by operators that can be differentiated.
  func images(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor
  /// The nearest parameters that are allowed.
  func projected(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor
}

extension Parameterization {
  /// One: noise looks like noise, whichever it is.
  public var candidates: Int { 1 }

  public func projected(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor {
    parameters
  }
}

/// What the first images look like.
public enum ImageStart: Sendable {
  /// Little noise around grey; for a code, normally distributed numbers.
  case noise
  /// Each pixel between black and white, all alike probable.
  case uniform
  /// Zeros, as the network takes them; for a code, the zero code.
  case zero
  /// The given images as the network takes them, `[1, C, H, W]` or one for each: a photograph, or a
  /// class's mean.
  case images(Tensor)

  /// The name in records; images with their checksum, so that others are told apart.
  ///
  /// - Throws: `TorchError` when the images cannot be read.
  public func text() throws -> String {
    switch self {
    case .noise: "noise"
    case .uniform: "uniform"
    case .zero: "zero"
    case .images(let images): "images \(images.shape) \(SHA256.hexDigest(of: try images.data()))"
    }
  }

  /// Whether another draw of random numbers is another start.
  var isRandom: Bool {
    switch self {
    case .noise, .uniform: true
    case .zero, .images: false
    }
  }
}

extension ImageStart {
  /// The first images as the network takes them, `[N, …]`; `noise` is the standard deviation around grey,
  /// in fractions of the range.
  func images(
    count: Int, random: CounterRandom, noise: Double, on canvas: ImageCanvas
  ) throws -> Tensor {
    let shape = [count] + canvas.shape
    let size = canvas.shape.reduce(1, *)
    func numbers(_ draw: (UInt64) -> [Float]) throws -> Tensor {
      try Tensor((0..<count).flatMap { draw(UInt64($0)) }, shape: shape)
        .converted(to: canvas.dtype)
    }
    switch self {
    case .noise:
      return try canvas.normalized(
        (numbers { random.normals(size, stream: $0) } * noise + 0.5).clamped(min: 0).clamped(max: 1)
      )
    case .uniform: return try canvas.normalized(numbers { random.uniforms(size, stream: $0) })
    case .zero: return try .full(shape, 0, dtype: canvas.dtype)
    case .images(let images):
      guard images.rank >= 1, Array(images.shape.dropFirst()) == canvas.shape,
        images.shape[0] == 1 || images.shape[0] == count
      else {
        throw InterpretabilityError(
          .invalidInput,
          "the start has shape \(images.shape); wanted \([1] + canvas.shape) or \(shape)")
      }
      guard try images.isFinite() else {
        throw InterpretabilityError(.invalidInput, "the start holds NaN or infinity")
      }
      return try images.converted(to: canvas.dtype).expanded(to: shape).reshaped(shape)
    }
  }
}
