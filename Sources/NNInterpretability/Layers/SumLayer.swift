/// The sum of several inputs, which may broadcast.
public struct SumLayer: Layer {
  /// The factor of each input; all 1 unless given.
  public var signs: [Double]

  /// Creates a sum; `signs` of `[1, -1]` make it a difference.
  public init(signs: [Double] = []) { self.signs = signs }

  public var kind: LayerKind { .sum }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var total = inputs[0]
    for (index, input) in inputs.enumerated().dropFirst() {
      let sign = index < signs.count ? signs[index] : 1
      total = sign == 1 ? try total + input : try total - input
    }
    return total
  }
}

extension SumLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Add") { node in
        guard let summand = try node.constantOperand() else { return SumLayer() }
        return AffineLayer(weight: try summand.onesLike(), bias: summand)
      },
      OperatorEntry("Sub") { node in
        guard let constant = try node.constantOperand() else { return SumLayer(signs: [1, -1]) }
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
    for input in inputs { if case .constant(let tensor) = input { return tensor } }
    return nil
  }
}
