/// `exp(x) / Σ exp(x)` along an axis, or its logarithm.
public struct SoftmaxLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// Whether the logarithm is taken.
  public var isLogarithmic: Bool
  /// Whether the sum runs over all axes from ``axis`` on, as in ONNX before operator set 13.
  public var isMergingAxes: Bool

  /// Creates the layer.
  public init(axis: Int = -1, isLogarithmic: Bool = false, isMergingAxes: Bool = false) {
    self.axis = axis
    self.isLogarithmic = isLogarithmic
    self.isMergingAxes = isMergingAxes
  }

  public var kind: LayerKind { .softmax }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let name = isLogarithmic ? "aten::log_softmax.int" : "aten::softmax.int"
    let input = inputs[0]
    let axis = try input.sampleAxis(axis)
    guard isMergingAxes else { return try .call(name, .tensor(input), .int(axis)) }
    let matrix = try input.flattened(from: axis)
    return try Tensor.call(name, .tensor(matrix), .int(axis)).reshaped(input.shape)
  }

  public var settings: String { isLogarithmic ? "logarithm, axis \(axis)" : "axis \(axis)" }
}

extension SoftmaxLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [("Softmax", false), ("LogSoftmax", true)].map { name, isLogarithmic in
      OperatorEntry(name) { node in
        let isOld = node.version < 13
        guard try node.int("axis", default: isOld ? 1 : -1) != 0 else {
          throw node.unsupported("it mixes samples: axis 0 is the batch's")
        }
        return SoftmaxLayer(
          axis: try node.int("axis", default: isOld ? 1 : -1), isLogarithmic: isLogarithmic,
          isMergingAxes: isOld)
      }
    }
  }
}
