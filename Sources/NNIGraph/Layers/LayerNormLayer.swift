/// `γ (a − mean) / √(variance + ε) + β`, mean and variance over the last axes of each sample.
///
/// - Reference: Ba, Kiros and Hinton 2016, *Layer Normalization*, equation 3 (`ba2016layer`).
public struct LayerNormLayer: Layer {
  /// γ, of the shape of the axes that are normalised.
  public var scale: Tensor
  /// β, of the same shape.
  public var shift: Tensor?
  /// ε, added to the variance.
  public var epsilon: Double

  /// Creates the layer; the shape of `scale` says over which last axes the statistics run.
  public init(scale: Tensor, shift: Tensor? = nil, epsilon: Double = 1e-5) {
    self.scale = scale
    self.shift = shift
    self.epsilon = epsilon
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(atLeast: scale.rank + 1)
    return try .call(
      "aten::layer_norm", .tensor(inputs[0]), .ints(scale.shape), .tensor(scale),
      .optional(shift), .double(epsilon), .bool(false))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    LayerNormLayer(
      scale: try transform(scale), shift: try shift.map(transform), epsilon: epsilon)
  }

  public var settings: String { "over \(scale.shape)" }
}

extension LayerNormLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("LayerNormalization") { node in
        let scale = try node.requiredConstant(1, "scale")
        // A positive axis needs the input's rank: the reader states it from the end.
        let axis = try node.int("axis", default: -1)
        guard axis == -scale.rank else {
          throw node.unsupported("axis \(axis) with a scale of shape \(scale.shape)")
        }
        return LayerNormLayer(
          scale: scale, shift: try node.constant(2),
          epsilon: try node.float("epsilon", default: 1e-5))
      }
    ]
  }
}
