/// Sums of products along named axes, in Einstein's notation, of two computed values.
public struct EinsumLayer: Layer {
  /// The names of each operand's axes and of the result's, such as `nij,nkj->nik`; the samples are an axis.
  public var equation: String

  /// Creates the layer.
  public init(_ equation: String) { self.equation = equation }

  public var kind: LayerKind { .product }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .call("aten::einsum", .string(equation), .tensors(inputs), .none)
  }

  public var settings: String { equation }
}

/// Sums of products of a computed value and a constant, in Einstein's notation; with a constant of no axes
/// sums of the value's own elements.
public struct ConstantEinsumLayer: LinearLayer {
  /// The names of the value's axes, of the constant's and of the result's.
  public var equation: String
  /// The constant.
  public var weight: Tensor
  public var bias: Tensor?

  /// Creates the layer.
  public init(_ equation: String, weight: Tensor) {
    self.equation = equation
    self.weight = weight
  }

  public var kind: LayerKind { .dense }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let result = try Tensor.call(
      "aten::einsum", .string(equation), .tensors([inputs[0], weight]), .none)
    return try bias.map { try result + $0 } ?? result
  }

  public func alignedBias(rank: Int) throws -> Tensor? { bias }

  public var settings: String { equation }
}

extension EinsumLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Einsum") { node in
        // The reader states the axes of the graph, with a constant after the computed value.
        let equation = try node.string("equation", default: "")
        guard node.sources.count == 1 else { return EinsumLayer(equation) }
        let weight = try node.constant(1) ?? Tensor.full([], 1)
        return ConstantEinsumLayer(equation, weight: weight)
      }
    ]
  }
}
