extension Model {
  /// The network up to a layer as it is when nothing has run yet, with parameters of its own.
  ///
  /// Kernels count how often weights are used, and change to other ones that pay from the third use on. Their
  /// results differ in the last bit, which a dream makes visible and a ranking may be decided by. With copies of
  /// the weights a run gives the same bits, whatever ran before.
  func preparedAfresh(keeping layer: NodeID) throws -> Graph {
    var graph = try prepared(.fused(keeping: [layer]))
    try graph.setOutput(layer)
    // Nodes that the layer does not depend on are left out, so that their weights are not copied.
    return try graph.replacing([:]).mapParameters { try .call("aten::clone", .tensor($0)) }
  }
}
