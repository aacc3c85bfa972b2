/// An image that a generator makes of a code, so that what it cannot make is out of reach.
///
/// The generator's range, 0…1 of a sigmoid or −1…1 of a hyperbolic tangent, is mapped to the network's;
/// images of another size are resized bilinearly.
///
/// - Reference: Nguyen et al. 2016, *Synthesizing the Preferred Inputs for Neurons in Neural Networks via
///   Deep Generator Networks* (`nguyen2016synthesizing`).
public struct CodeParameterization: Parameterization {
  /// The network that maps codes `[N, z]` to images.
  public var generator: Model
  /// z, the length of a code.
  public var length: Int
  /// The generator's black and white.
  public var range: ClosedRange<Double>

  /// A parametrisation by a generator whose code length and range follow from its layers.
  ///
  /// - Throws: ``InterpretabilityError`` when they do not.
  public init(_ generator: Model) throws {
    // Its images are what the sigmoid gives.
    let generator = try generator.withEnding
    self.generator = generator
    let lengths = generator.graph.nodes.lazy.compactMap { node -> Int? in
      switch node.layer {
      case let dense as DenseLayer: dense.weight.shape[1]
      case let convolution as TransposedConvolutionLayer: convolution.weight.shape[0]
      case let convolution as ConvolutionLayer: convolution.weight.shape[1]
      default: nil
      }
    }
    guard let length = lengths.first else {
      throw InterpretabilityError(
        .unsupported, "\(generator.name) is no generator of images from codes: it has no weights")
    }
    self.length = length
    var last = try generator.graph[generator.graph.output]
    while last.layer.kind == .structural, let source = last.inputs.first {
      last = try generator.graph[source]
    }
    switch (last.layer as? ActivationLayer)?.function {
    case .sigmoid: range = 0...1
    case .tanh: range = -1...1
    default:
      throw InterpretabilityError(
        .unsupported,
        "\(generator.name) is no generator of images: it ends in \(last.layer.name), wanted a sigmoid "
          + "(0…1) or a hyperbolic tangent (−1…1)")
    }
  }

  public var name: String { "code" }
  public var text: String { "code of \(generator.name), length \(length)" }
  public var learningRate: Double { 0.05 }
  /// A generator's codes of one class lie apart from those of another, and ascent does not always lead
  /// across: of 256 codes some make the class that is wanted already.
  public var candidates: Int { 256 }

  public func parameters(
    _ start: ImageStart, count: Int, random: CounterRandom, on canvas: ImageCanvas
  ) throws -> Tensor {
    switch start {
    case .noise:
      return try Tensor(
        (0..<count).flatMap { random.normals(length, stream: UInt64($0)) }, shape: [count, length]
      ).converted(to: canvas.dtype)
    case .zero: return try .full([count, length], 0, dtype: canvas.dtype)
    case .uniform, .images:
      throw InterpretabilityError(
        .unsupported, "a generator's code begins with noise or zero: its images have no known codes"
      )
    }
  }

  public func images(_ parameters: Tensor, on canvas: ImageCanvas) throws -> Tensor {
    let (height, width) = try canvas.extents(for: "a generator")
    var pixels = try generator.graph.forward(parameters)
    guard pixels.rank == 4, pixels.shape[1] == canvas.shape[0] else {
      throw InterpretabilityError(
        .invalidInput,
        "\(generator.name) makes images of shape \(pixels.shape.dropFirst()), the network takes "
          + "\(canvas.shape)")
    }
    if range != 0...1 {
      pixels = try (pixels - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
    if Array(pixels.shape.dropFirst(2)) != [height, width] {
      pixels = try .call(
        "aten::upsample_bilinear2d", .tensor(pixels), .ints([height, width]), .bool(false))
    }
    return try canvas.normalized(pixels)
  }
}
