/// A weighted sum over the last axis: `z = a wᵀ + b`, input `[N, …, features]`, weight
/// `[units, features]`.
public struct DenseLayer: LinearLayer {
  public var weight: Tensor
  public var bias: Tensor?
  /// In which numbers it multiplies.
  public var precision = ProductPrecision.full

  /// Creates a dense layer.
  public init(weight: Tensor, bias: Tensor? = nil) {
    self.weight = weight
    self.bias = bias
  }

  public var kind: LayerKind { .dense }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .call(
      "nni::linear", .tensor(inputs[0]), .tensor(weight), .optional(bias),
      .bool(precision == .bfloat16))
  }

  public func transposed(_ cotangent: Tensor, like input: Tensor) throws -> Tensor {
    try .call(
      "nni::linear_input_gradient", .tensor(cotangent), .tensor(weight),
      .bool(precision == .bfloat16))
  }

  public func alignedBias(rank: Int) throws -> Tensor? { bias }

  public var settings: String { "\(weight.shape[1])→\(weight.shape[0])" }
}

extension DenseLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Gemm") { node in
        guard try node.int("transA", default: 0) == 0 else { throw node.unsupported("transA=1") }
        var weight = try node.requiredConstant(1, "weight")
        guard weight.rank == 2 else {
          throw node.unsupported("a weight of shape \(weight.shape); two axes are supported")
        }
        if try node.int("transB", default: 0) == 0 { weight = try weight.transposed(0, 1) }
        let alpha = try node.float("alpha", default: 1)
        let beta = try node.float("beta", default: 1)
        if alpha != 1 { weight = try weight * alpha }
        let bias = try node.constant(2).map { bias in
          let scaled = beta == 1 ? bias : try bias * beta
          return try scaled.flattened().expanded(to: [weight.shape[0]])
        }
        return DenseLayer(weight: weight, bias: bias)
      },
      OperatorEntry("MatMul") { node in
        guard let factor = try node.constantOperand() else { return MatrixProductLayer() }
        guard case .node = node.inputs[0] else {
          return ConstantProductLayer(weight: factor, isLeft: true)
        }
        return factor.rank == 2
          ? DenseLayer(weight: try factor.transposed(0, 1))
          : ConstantProductLayer(weight: factor, isLeft: false)
      },
    ]
  }
}
