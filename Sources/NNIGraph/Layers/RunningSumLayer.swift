/// The running sum along an axis: `CumSum`.
public struct RunningSumLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int

  /// Creates the layer.
  public init(axis: Int) { self.axis = axis }

  public var kind: LayerKind { .averagePooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let position = try inputs[0].sampleAxis(axis)
    return try Tensor.call("aten::cumsum", .tensor(inputs[0]), .int(position), .none)
      .converted(to: inputs[0].dtype)
  }

  public var settings: String { "axis \(axis)" }
}

extension RunningSumLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("CumSum") { node in
        guard try node.int("exclusive", default: 0) == 0, try node.int("reverse", default: 0) == 0
        else { throw node.unsupported("exclusive or reverse sums") }
        // The reader states the axis.
        return RunningSumLayer(axis: try node.int("axis", default: 0))
      }
    ]
  }
}
