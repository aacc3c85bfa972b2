/// Where the largest or smallest element of an axis is: `ArgMax`, `ArgMin`; carries no signal.
public struct PositionLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// Whether the axis stays with extent 1.
  public var isKeepingAxis: Bool
  /// Whether the largest is meant.
  public var isMaximum: Bool

  /// Creates the layer.
  public init(axis: Int, isKeepingAxis: Bool, isMaximum: Bool = true) {
    self.axis = axis
    self.isKeepingAxis = isKeepingAxis
    self.isMaximum = isMaximum
  }

  public var kind: LayerKind { .discrete }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let position = try inputs[0].sampleAxis(axis)
    return try .call(
      isMaximum ? "aten::argmax" : "aten::argmin", .tensor(inputs[0]), .int(position),
      .bool(isKeepingAxis))
  }

  public var settings: String { "axis \(axis)" }
}

extension PositionLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [("ArgMax", true), ("ArgMin", false)].map { name, isMaximum in
      OperatorEntry(name) { node in
        PositionLayer(
          axis: try node.int("axis", default: 0),
          isKeepingAxis: try node.int("keepdims", default: 1) != 0, isMaximum: isMaximum)
      }
    }
  }
}
