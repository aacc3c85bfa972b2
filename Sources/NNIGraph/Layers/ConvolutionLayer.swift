/// A convolution over one to three spatial axes.
///
/// `z[n, k, p] = Σ_c Σ_q w[k, c, q] · a[n, c, p·stride + q·dilation − padding] + b[k]`, input
/// `[N, C, …]`, weight `[K, C/groups, …]`, output `[N, K, …]`.
public struct ConvolutionLayer: LinearLayer {
  public var weight: Tensor
  public var bias: Tensor?
  /// Size, stride, padding and dilation.
  public var window: Window
  /// Into how many parts the channels are split that do not see each other.
  public var groups: Int
  /// Which kernels compute it.
  public var algorithm = ConvolutionAlgorithm.automatic
  /// In which numbers it multiplies.
  public var precision = ProductPrecision.full
  /// Applied to the weights when the layer runs, so that kernels can keep what they make of them.
  private var factors = SignFactors.one

  /// Creates a convolution whose kernel size is that of `weight`.
  public init(
    weight: Tensor, bias: Tensor? = nil, stride: [Int]? = nil, padding: [Int]? = nil,
    dilation: [Int]? = nil, groups: Int = 1
  ) {
    self.weight = weight
    self.bias = bias
    window = Window(
      Array(weight.shape.dropFirst(2)), stride: stride, padding: padding, dilation: dilation)
    self.groups = groups
  }

  public var kind: LayerKind { .convolution }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try forward(inputs, isRectified: false)
  }

  /// The value, with a ReLU in the same pass if asked for.
  func forward(_ inputs: [Tensor], isRectified: Bool) throws -> Tensor {
    var input = inputs[0]
    var padding = window.paddingBefore
    if !window.isSymmetric {
      input = try window.padded(input, with: 0)
      padding = padding.map { _ in 0 }
    }
    if isFast(input) {
      return try .call(
        "nni::convolution", .tensor(input), .tensor(weight), .optional(bias),
        .ints(window.stride), .ints(padding), .ints(window.dilation), .int(groups),
        .double(factors.positive), .double(factors.negative), .bool(isRectified),
        .bool(precision == .bfloat16))
    }
    let value = try Tensor.call(
      "aten::convolution", .tensor(input), .tensor(factors.applied(to: weight)), .optional(bias),
      .ints(window.stride), .ints(padding), .ints(window.dilation), .bool(false),
      .ints(padding.map { _ in 0 }), .int(groups))
    return isRectified ? try .call("aten::relu", .tensor(value)) : value
  }

  /// Whether oneDNN may compute it.
  private func isFast(_ input: Tensor) -> Bool {
    algorithm == .automatic && input.rank == 4 && input.dtype == .float32 && input.device == .cpu
  }

  public func transposed(_ cotangent: Tensor, like input: Tensor) throws -> Tensor {
    guard isFast(input), window.isSymmetric else {
      return try Tape([input], forward).pullback(cotangent)[0]
    }
    return try .call(
      "nni::convolution_input_gradient", .tensor(cotangent), .tensor(weight), .ints(input.shape),
      .ints(window.stride), .ints(window.paddingBefore), .ints(window.dilation), .int(groups),
      .double(factors.positive), .double(factors.negative), .bool(precision == .bfloat16))
  }

  public func weighing(_ factors: SignFactors) -> Self {
    var copy = self
    copy.factors.positive *= factors.positive
    copy.factors.negative *= factors.negative
    return copy
  }

  public func alignedBias(rank: Int) throws -> Tensor? {
    try bias?.aligned(toAxis: 1, rank: rank)
  }

  public var settings: String {
    let shape = weight.shape
    let parts = groups == 1 ? "" : ", \(groups) groups"
    return "\(shape[1] * groups)→\(shape[0]), \(window.text)\(parts)"
  }
}

extension ConvolutionLayer: LocalLayer {
  public func view(of shapes: [[Int]]) -> LocalView? {
    guard window.size.count == 2 else { return nil }
    var unpadded = self
    unpadded.window = window.unpadded
    return LocalView(window: window, unpadded: unpadded)
  }
}

extension ConvolutionLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Conv") { node in
        let weight = try node.requiredConstant(1, "weight")
        guard (3...5).contains(weight.rank), weight.count > 0 else {
          throw node.unsupported(
            "a weight of shape \(weight.shape); 3 to 5 axes are supported (1-d to 3-d)")
        }
        var layer = ConvolutionLayer(weight: weight, bias: try node.constant(2))
        layer.window = try Window(node, size: Array(weight.shape.dropFirst(2)))
        layer.groups = try node.int("group", default: 1)
        guard layer.groups > 0, weight.shape[0] % layer.groups == 0 else {
          throw InterpretabilityError(
            .invalidFile, "Conv: \(layer.groups) groups do not divide \(weight.shape[0]) channels",
            node: node.id)
        }
        try node.requireKernel(weight, layer.bias, channels: weight.shape[0])
        return layer
      }
    ]
  }
}

extension OperatorNode {
  /// - Throws: ``InterpretabilityError`` when `kernel_shape` or the bias contradicts the weights.
  func requireKernel(_ weight: Tensor, _ bias: Tensor?, channels: Int) throws {
    let size = Array(weight.shape.dropFirst(2))
    if let stated = try ints("kernel_shape"), stated != size {
      throw InterpretabilityError(
        .invalidFile,
        "\(type): kernel_shape is \(stated), but the weight has shape \(weight.shape), a kernel of "
          + "\(size)", node: id)
    }
    if let bias, bias.count != channels {
      throw InterpretabilityError(
        .invalidFile,
        "\(type): the bias has shape \(bias.shape), wanted \(channels) numbers for a weight of shape "
          + "\(weight.shape)", node: id)
    }
  }
}
