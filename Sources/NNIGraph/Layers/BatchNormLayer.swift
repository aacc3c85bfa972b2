/// Batch norm with its running statistics: `γ (a − μ) / √(σ² + ε) + β` for each channel of
/// `[N, C, …]`.
///
/// - Reference: Ioffe and Szegedy 2015, *Batch Normalization* (`ioffe2015batch`).
public struct BatchNormLayer: Layer {
  /// γ, `[C]`.
  public var scale: Tensor
  /// β, `[C]`.
  public var shift: Tensor
  /// μ, `[C]`.
  public var mean: Tensor
  /// σ², `[C]`.
  public var variance: Tensor
  /// ε, added to the variance.
  public var epsilon: Double

  /// Creates the layer.
  public init(
    scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, epsilon: Double = 1e-5
  ) {
    self.scale = scale
    self.shift = shift
    self.mean = mean
    self.variance = variance
    self.epsilon = epsilon
  }

  public var kind: LayerKind { .affine }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .call(
      "aten::batch_norm", .tensor(inputs[0]), .tensor(scale), .tensor(shift), .tensor(mean),
      .tensor(variance), .bool(false), .double(0), .double(epsilon), .bool(false))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    BatchNormLayer(
      scale: try transform(scale), shift: try transform(shift), mean: try transform(mean),
      variance: try transform(variance), epsilon: epsilon)
  }

  /// One factor and one summand for each channel, `[C]`, that do the same.
  public var factors: (factor: Tensor, summand: Tensor) {
    get throws {
      let factor = try scale / (variance + epsilon).squareRoot()
      return (factor, try shift - mean * factor)
    }
  }

  public var settings: String { "\(scale.count) channels" }
}

extension BatchNormLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("BatchNormalization") { node in
        guard try node.int("training_mode", default: 0) == 0 else {
          throw node.unsupported("training_mode=1; export the network in evaluation mode")
        }
        return BatchNormLayer(
          scale: try node.requiredConstant(1, "scale"),
          shift: try node.requiredConstant(2, "bias"),
          mean: try node.requiredConstant(3, "mean"),
          variance: try node.requiredConstant(4, "variance"),
          epsilon: try node.float("epsilon", default: 1e-5))
      }
    ]
  }
}
