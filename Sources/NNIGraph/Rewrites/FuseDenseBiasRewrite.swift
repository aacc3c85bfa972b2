/// Puts a constant that is added after a matrix product into the dense layer: `MatMul` and `Add` are
/// one layer with a bias.
///
/// Only where nothing else reads the product. The layer takes the name of the addition.
public struct FuseDenseBiasRewrite: GraphRewrite {
  /// Creates the rewrite.
  public init() {}

  public func apply(to graph: Graph) throws -> Graph {
    let uses = graph.useCounts
    var replacements: [NodeID: Graph.Replacement] = [:]
    for node in graph.nodes {
      guard let addition = node.layer as? AffineLayer, let summand = addition.bias,
        let source = node.inputIndices.first, uses[source] == 1,
        var dense = graph.nodes[source].layer as? DenseLayer, dense.bias == nil,
        try addition.isShift
      else { continue }
      let units = dense.weight.shape[0]
      let leading = summand.shape.dropLast()
      guard leading.allSatisfy({ $0 == 1 }), summand.count == units || summand.count == 1 else {
        continue
      }
      dense.bias = try summand.flattened().expanded(to: [units])
      replacements[node.id] = .init(layer: dense, inputs: graph.nodes[source].inputs)
    }
    return try graph.replacing(replacements)
  }
}

extension AffineLayer {
  /// Whether every factor is one, so that the layer only adds its bias.
  var isShift: Bool {
    get throws {
      try Tensor.call("aten::all", .tensor(weight.isEqual(to: 1))).item() != 0
    }
  }

  /// The one factor of a layer that only scales; `nil` if there are several or a bias.
  var factor: Double? {
    get throws {
      guard weight.count == 1, try bias == nil || bias?.isZero == true else { return nil }
      return try weight.item()
    }
  }

  /// The one summand of a layer that only shifts; `nil` if there are several or a factor.
  var summand: Double? {
    get throws {
      guard let bias, bias.count == 1, try isShift else { return nil }
      return try bias.item()
    }
  }
}

extension Tensor {
  fileprivate var isZero: Bool {
    get throws { try magnitude().sum().item() == 0 }
  }
}
