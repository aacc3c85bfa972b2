/// Several inputs one after the other along an axis.
public struct ConcatenationLayer: Layer {
  /// The axis; 1 is that of the channels.
  public var axis: Int

  /// Creates the layer.
  public init(axis: Int = 1) { self.axis = axis }

  public var kind: LayerKind { .concatenation }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .concatenated(inputs, axis: inputs[0].sampleAxis(axis))
  }

  public var settings: String { "axis \(axis)" }
}

extension ConcatenationLayer: LocalLayer {
  public func view(of shapes: [[Int]]) -> LocalView? {
    [1, -3].contains(axis) ? viewOfOnePlace(shapes) : nil
  }
}

extension ConcatenationLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Concat") { node in
        guard node.sources.count == node.inputs.count else {
          throw node.unsupported("constant inputs beside computed ones")
        }
        return ConcatenationLayer(axis: try node.int("axis", default: 1))
      }
    ]
  }
}
