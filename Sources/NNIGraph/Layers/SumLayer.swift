/// The sum of several inputs, which may broadcast, or the first less all others.
public struct SumLayer: Layer {
  /// Whether all inputs but the first are taken away.
  public var isDifference: Bool

  /// Creates the layer.
  public init(isDifference: Bool = false) { self.isDifference = isDifference }

  public var kind: LayerKind { .sum }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs.dropFirst().reduce(inputs[0]) { isDifference ? try $0 - $1 : try $0 + $1 }
  }

  public var settings: String { isDifference ? "difference" : "" }
}

extension SumLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Add") { node in
        guard let summand = try node.constantOperand() else { return SumLayer() }
        return AffineLayer(weight: try summand.onesLike(), bias: summand)
      },
      OperatorEntry("Sub") { node in
        guard let constant = try node.constantOperand() else { return SumLayer(isDifference: true) }
        if case .node = node.inputs[0] {
          return AffineLayer(weight: try constant.onesLike(), bias: try constant.negated())
        }
        return AffineLayer(weight: try constant.onesLike().negated(), bias: constant)
      },
      OperatorEntry("Sum") { node in
        guard node.sources.count == node.inputs.count else {
          throw node.unsupported("constant inputs")
        }
        return SumLayer()
      },
    ]
  }
}

extension OperatorNode {
  /// The constant among two inputs; `nil` when both come from nodes.
  func constantOperand() throws -> Tensor? {
    guard inputs.count == 2 else {
      throw InterpretabilityError(
        .invalidFile, "\(type) has \(inputs.count) inputs where 2 are wanted", node: id)
    }
    for input in inputs {
      guard case .constant(let tensor) = input else { continue }
      guard tensor.dtype != .bool else {
        throw InterpretabilityError(
          .invalidFile, "\(type) has a constant of truth values, wanted numbers", node: id)
      }
      return tensor
    }
    return nil
  }
}
