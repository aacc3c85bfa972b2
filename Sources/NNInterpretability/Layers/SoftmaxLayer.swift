/// `exp(x) / Σ exp(x)` along an axis, or its logarithm.
public struct SoftmaxLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// Whether the logarithm is taken.
  public var isLogarithmic: Bool

  /// Creates the layer.
  public init(axis: Int = -1, isLogarithmic: Bool = false) {
    self.axis = axis
    self.isLogarithmic = isLogarithmic
  }

  public var kind: LayerKind { .softmax }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let name = isLogarithmic ? "aten::log_softmax.int" : "aten::softmax.int"
    return try .call(name, .tensor(inputs[0]), .int(axis))
  }

  public var settings: String { isLogarithmic ? "logarithm, axis \(axis)" : "axis \(axis)" }
}

extension SoftmaxLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [("Softmax", false), ("LogSoftmax", true)].map { name, isLogarithmic in
      OperatorEntry(name) { node in
        // Up to operator set 12 the default axis is 1 and the input is flattened there to a matrix,
        // which for two axes is the same.
        let axis = try node.int("axis", default: node.version < 13 ? 1 : -1)
        return SoftmaxLayer(axis: axis, isLogarithmic: isLogarithmic)
      }
    }
  }
}
