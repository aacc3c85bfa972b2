/// Computes what lies between the nodes that count in fewer passes over memory: batch norm is folded into
/// its neighbours, and a convolution whose value only a ReLU reads becomes one with it.
///
/// The kept nodes, the input and the output have the values that they had; others may be missing or have
/// other values.
package struct FuseConvolutionsRewrite: GraphRewrite {
  /// Nodes whose values are read.
  package let kept: Set<NodeID>

  package init(kept: Set<NodeID>) { self.kept = kept }

  package func apply(to graph: Graph) throws -> Graph {
    for id in kept { _ = try graph.index(of: id) }
    let graph = try MergeBatchNormRewrite(remnant: .exact, keeping: kept).apply(to: graph)
    let uses = graph.useCounts
    var replacements: [NodeID: Graph.Replacement] = [:]
    for node in graph.nodes {
      guard (node.layer as? ActivationLayer)?.function == .relu else { continue }
      // What was batch norm is an identity now.
      var source = node.inputIndices[0]
      while graph.nodes[source].layer is IdentityLayer, uses[source] == 1,
        !kept.contains(graph.nodes[source].id)
      {
        source = graph.nodes[source].inputIndices[0]
      }
      let before = graph.nodes[source]
      guard uses[source] == 1, !kept.contains(before.id),
        let convolution = before.layer as? ConvolutionLayer
      else { continue }
      replacements[node.id] = .init(
        layer: RectifiedConvolutionLayer(convolution: convolution), inputs: before.inputs)
    }
    return try graph.replacing(replacements)
  }
}
