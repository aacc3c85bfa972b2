/// One of two values at each place, as a condition says: `condition ? a : b`.
///
/// The condition carries no signal; that of each value passes where it was chosen.
public struct SelectionLayer: Layer {
  /// The condition and the two values; any of them may be constant.
  public var operands: Operands

  /// Creates the layer.
  public init(_ operands: Operands = Operands(computed: 3)) { self.operands = operands }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let all = try operands.filled(inputs)
    let (a, b) = (all[1], all[2])
    let type = a.dtype == .float64 || b.dtype == .float64 ? DType.float64 : a.dtype
    func same(_ tensor: Tensor) throws -> Tensor {
      tensor.dtype.isFloatingPoint && type.isFloatingPoint ? try tensor.converted(to: type) : tensor
    }
    return try .call(
      "aten::where.self", .tensor(all[0].converted(to: .bool)), .tensor(same(a)), .tensor(same(b)))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    SelectionLayer(try operands.mapConstants(transform))
  }
}

extension SelectionLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Where") { node in
        guard node.inputs.count == 3 else {
          throw InterpretabilityError(
            .invalidFile, "Where has \(node.inputs.count) inputs, wanted 3", node: node.id)
        }
        return SelectionLayer(Operands(node))
      }
    ]
  }
}
