/// Puts a convolution and the addition of its bias together again, which quantisers and converters of
/// channels-last networks write as two nodes.
///
/// The fused node takes the name of the addition.
public struct FuseConvolutionBiasRewrite: GraphRewrite {
  /// Creates the rewrite.
  public init() {}

  public func apply(to graph: Graph) throws -> Graph {
    let uses = graph.useCounts
    var replacements: [NodeID: Graph.Replacement] = [:]
    for node in graph.nodes {
      guard let addition = node.layer as? AffineLayer, let summand = addition.bias,
        let source = node.inputIndices.first, uses[source] == 1,
        var convolution = graph.nodes[source].layer as? ConvolutionLayer, convolution.bias == nil
      else { continue }
      // [C, 1, 1] of an image, which may have a batch's axis before.
      let extents = convolution.weight.rank - 2
      let channels = convolution.weight.shape[0]
      let shape = summand.shape
      guard shape.count == extents + 1 || (shape.count == extents + 2 && shape[0] == 1),
        shape.suffix(extents).allSatisfy({ $0 == 1 }), summand.count == channels,
        try addition.isShift
      else { continue }
      convolution.bias = try summand.flattened()
      replacements[node.id] = .init(layer: convolution, inputs: graph.nodes[source].inputs)
    }
    return replacements.isEmpty ? graph : try graph.replacing(replacements)
  }
}
