/// `x / (k + α/n · Σ x²)^β` over `n` neighbouring channels of `[N, C, …]`.
///
/// - Reference: Krizhevsky et al. 2012, *ImageNet Classification with Deep Convolutional Neural
///   Networks*, section 3.3 (`krizhevsky2012imagenet`).
public struct LocalResponseNormLayer: Layer {
  /// How many channels.
  public var size: Int
  public var alpha: Double
  public var beta: Double
  /// k, the constant in the denominator.
  public var bias: Double

  /// Creates the layer.
  public init(size: Int, alpha: Double = 1e-4, beta: Double = 0.75, bias: Double = 1) {
    self.size = size
    self.alpha = alpha
    self.beta = beta
    self.bias = bias
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    // Channels play the depth of a three-dimensional pooling window of extent 1 × 1.
    let x = inputs[0]
    try x.requireRank(atLeast: 3)
    let shape = x.shape
    let squares = try x.squared().reshaped([shape[0], 1, shape[1], shape.dropFirst(2).reduce(1, *)])
    let before = (size - 1) / 2
    let padded = try Tensor.call(
      "aten::constant_pad_nd", .tensor(squares), .ints([0, 0, before, size - 1 - before]),
      .double(0))
    let means = try Tensor.call(
      "aten::avg_pool2d", .tensor(padded), .ints([size, 1]), .ints([1, 1]))
    let divisor = try Tensor.call(
      "aten::pow.Tensor_Scalar", .tensor(means * alpha + bias), .double(beta))
    return try x / divisor.reshaped(shape)
  }

  public var settings: String { "\(size) channels" }
}

extension LocalResponseNormLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("LRN") { node in
        let size = try node.int("size", default: 5)
        guard (1...65536).contains(size) else { throw node.unsupported("a size of \(size)") }
        return LocalResponseNormLayer(
          size: size, alpha: try node.float("alpha", default: 1e-4),
          beta: try node.float("beta", default: 0.75), bias: try node.float("bias", default: 1))
      }
    ]
  }
}
