/// One triangle of the last two axes, the other zero: `Trilu`.
public struct TriangleLayer: Layer {
  /// Which diagonal bounds it.
  public var diagonal: Int
  /// Whether the upper one is kept.
  public var isUpper: Bool

  /// Creates the layer.
  public init(diagonal: Int = 0, isUpper: Bool) {
    self.diagonal = diagonal
    self.isUpper = isUpper
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(atLeast: 3)
    return try .call(
      isUpper ? "aten::triu" : "aten::tril", .tensor(inputs[0]), .int(diagonal))
  }

  public var settings: String { "\(isUpper ? "upper" : "lower"), diagonal \(diagonal)" }
}

extension TriangleLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Trilu") { node in
        TriangleLayer(
          diagonal: try node.number(1).map { Int($0) } ?? 0,
          isUpper: try node.int("upper", default: 1) != 0)
      }
    ]
  }
}
