/// `γ (a − mean) / √(variance + ε) + β` for each channel of `[N, C, …]`, mean and variance over the
/// channel's own elements in each sample.
///
/// Group normalisation is the same over channels that are merged before.
/// - Reference: Ulyanov, Vedaldi and Lempitsky 2016, *Instance Normalization*, equation 4
///   (`ulyanov2016instance`).
public struct InstanceNormLayer: Layer {
  /// γ, `[C]`.
  public var scale: Tensor
  /// β, `[C]`.
  public var shift: Tensor
  /// ε, added to the variance.
  public var epsilon: Double

  /// Creates the layer.
  public init(scale: Tensor, shift: Tensor, epsilon: Double = 1e-5) {
    self.scale = scale
    self.shift = shift
    self.epsilon = epsilon
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(atLeast: 3)
    return try .call(
      "aten::instance_norm", .tensor(inputs[0]), .tensor(scale), .tensor(shift), .none, .none,
      .bool(true), .double(0), .double(epsilon), .bool(false))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    InstanceNormLayer(
      scale: try transform(scale), shift: try transform(shift), epsilon: epsilon)
  }

  public var settings: String { "\(scale.count) channels" }
}

extension InstanceNormLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("InstanceNormalization") { node in
        InstanceNormLayer(
          scale: try node.requiredConstant(1, "scale"),
          shift: try node.requiredConstant(2, "bias"),
          epsilon: try node.float("epsilon", default: 1e-5))
      }
    ]
  }
}
