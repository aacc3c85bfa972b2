/// `γ a / √(mean a² + ε)`, the mean over the last axes of each sample.
///
/// - Reference: Zhang and Sennrich 2019, *Root Mean Square Layer Normalization*, equation 4
///   (`zhang2019root`).
public struct RMSNormLayer: Layer {
  /// γ, of the shape of the axes that are normalised, or one that broadcasts to it.
  public var scale: Tensor
  /// How many last axes the mean runs over.
  public var axisCount: Int
  /// ε, added to the mean.
  public var epsilon: Double

  /// Creates the layer.
  public init(scale: Tensor, axisCount: Int = 1, epsilon: Double = 1e-5) {
    self.scale = scale
    self.axisCount = axisCount
    self.epsilon = epsilon
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    try x.requireRank(atLeast: axisCount + 1)
    let axes = Array(x.rank - axisCount..<x.rank)
    let mean = try x.squared().mean(over: axes, keepingAxes: true)
    return try x * Tensor.call("aten::rsqrt", .tensor(mean + epsilon)) * scale
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    RMSNormLayer(scale: try transform(scale), axisCount: axisCount, epsilon: epsilon)
  }

  public var settings: String { "over \(axisCount) \(axisCount == 1 ? "axis" : "axes")" }
}

extension RMSNormLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    ["RMSNormalization", "SimplifiedLayerNormalization"].map { name in
      OperatorEntry(name) { node in
        let scale = try node.requiredConstant(1, "scale")
        // A positive axis needs the input's rank: the reader states it from the end.
        let axis = try node.int("axis", default: -1)
        guard axis < 0 else { throw node.unsupported("axis \(axis)") }
        return RMSNormLayer(
          scale: scale, axisCount: -axis, epsilon: try node.float("epsilon", default: 1e-5))
      }
    }
  }
}
