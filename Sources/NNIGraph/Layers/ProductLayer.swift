/// The elementwise product of two inputs, which may broadcast: gates and attention maps.
public struct ProductLayer: Layer {
  /// Creates the layer.
  public init() {}

  public var kind: LayerKind { .product }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0] * inputs[1] }
}

extension ProductLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Mul") { node in
        guard let factor = try node.constantOperand() else { return ProductLayer() }
        return AffineLayer(weight: factor)
      },
      OperatorEntry("Div") { node in
        guard case .node = node.inputs.first, let divisor = try node.constant(1) else {
          throw node.unsupported("only division by a constant is supported")
        }
        return AffineLayer(weight: try divisor.onesLike() / divisor)
      },
      OperatorEntry("Neg") { _ in
        AffineLayer(weight: try Tensor.full([1], -1))
      },
    ]
  }
}
