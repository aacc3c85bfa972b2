/// The product of two computed matrices, over the last two axes of `[N, …, m, k]` and `[N, …, k, n]`:
/// attention's scores and its weighted values.
///
/// Leading axes broadcast.
public struct MatrixProductLayer: Layer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .product }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .call("nni::matrix_product", .tensor(inputs[0]), .tensor(inputs[1]))
  }
}

/// The product of a computed matrix and a constant one of more than two axes, or of a constant one and a
/// computed one.
///
/// A product with one constant matrix on the right is a ``DenseLayer``.
public struct ConstantProductLayer: LinearLayer {
  /// The constant matrices.
  public var weight: Tensor
  /// Whether the constant is the left factor.
  public var isLeft: Bool
  public var bias: Tensor?

  /// Creates the layer.
  public init(weight: Tensor, isLeft: Bool) {
    self.weight = weight
    self.isLeft = isLeft
  }

  public var kind: LayerKind { .dense }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let (left, right) = isLeft ? (weight, inputs[0]) : (inputs[0], weight)
    let product = try Tensor.call("nni::matrix_product", .tensor(left), .tensor(right))
    return try bias.map { try product + $0 } ?? product
  }

  public func alignedBias(rank: Int) throws -> Tensor? { bias }

  public var settings: String { "\(isLeft ? "left" : "right") \(weight.shape)" }
}
