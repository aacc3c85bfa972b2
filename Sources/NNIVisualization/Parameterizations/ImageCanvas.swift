/// What kind of image a network takes: its size, and the numbers that stand for black and white.
public struct ImageCanvas: Sendable, Equatable {
  /// The shape of one image, `[C, H, W]`, or of one input that is no image.
  public var shape: [Int]
  /// For each channel the number that black has; empty when it is not known.
  public var low: [Double]
  /// For each channel the number that white has; empty when it is not known.
  public var high: [Double]
  /// Whether blue comes first.
  public var isBGR: Bool
  /// The type of the numbers.
  public var dtype: DType

  /// Creates a canvas.
  public init(
    shape: [Int], low: [Double] = [], high: [Double] = [], isBGR: Bool = false,
    dtype: DType = .float32
  ) {
    self.shape = shape
    self.low = low
    self.high = high
    self.isBGR = isBGR
    self.dtype = dtype
  }

  /// The canvas of a network's input.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - size: Height and width, if not those that the model states.
  /// - Throws: ``InterpretabilityError`` when the size is neither given nor known, or out of range.
  public init(_ model: Model, size: [Int] = []) throws {
    let spec = model.inputSpec
    guard size.isEmpty || (size.count == 2 && size.allSatisfy { (1...16384).contains($0) }) else {
      throw InterpretabilityError(
        .invalidOption, "an image cannot have the size \(size); give height and width up to 16384")
    }
    let first = model.graph.nodes.lazy.compactMap { $0.layer as? ConvolutionLayer }.first
    let channels = spec.channelCount ?? first.map { $0.weight.shape[1] * $0.groups }
    let extents = size.isEmpty ? spec.size : size
    if let channels, !extents.isEmpty {
      shape = [channels] + extents
    } else if let known = model.sampleShape {
      shape = known
    } else {
      throw InterpretabilityError(
        .invalidOption,
        "the model \(model.name) does not say what size of image it takes; give the size")
    }
    var known = spec
    known.size = extents
    let bounds = known.channelCount == shape.first ? known.bounds : nil
    low = bounds?.low ?? []
    high = bounds?.high ?? []
    isBGR = spec.channels == .bgr
    dtype = try model.parameterType
  }

  /// Whether it is an image with rows and columns.
  public var isImage: Bool { shape.count == 3 }

  /// Rows and columns.
  ///
  /// - Throws: ``InterpretabilityError`` when the input is no image.
  func extents(for purpose: String) throws -> (height: Int, width: Int) {
    guard isImage else {
      throw InterpretabilityError(
        .unsupported, "\(purpose) needs images [C, H, W]; the network takes \(shape)")
    }
    return (shape[1], shape[2])
  }

  /// Pixels in 0…1, `[N, C, H, W]`, as the network takes them.
  public func normalized(_ pixels: Tensor) throws -> Tensor {
    guard !low.isEmpty else { return pixels }
    return try pixels * channels(zip(low, high).map { $1 - $0 }, like: pixels)
      + channels(low, like: pixels)
  }

  /// The inverse of ``normalized(_:)``.
  public func pixels(_ images: Tensor) throws -> Tensor {
    guard !low.isEmpty else { return images }
    return try (images - channels(low, like: images))
      / channels(zip(low, high).map { $1 - $0 }, like: images)
  }

  /// What stands for middle grey in each channel, in a shape that broadcasts over images.
  func grey(like images: Tensor) throws -> Tensor {
    let middle = low.isEmpty ? [0.5] : zip(low, high).map { ($0 + $1) / 2 }
    return try channels(middle, like: images)
  }

  /// Numbers for the channels in a shape that broadcasts over images.
  func channels(_ numbers: [Double], like images: Tensor) throws -> Tensor {
    try Tensor(
      numbers, shape: [1, numbers.count] + images.shape.dropFirst(2).map { _ in 1 },
      dtype: images.dtype
    ).moved(to: images.device)
  }
}
