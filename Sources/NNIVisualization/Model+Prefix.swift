extension Model {
  /// The network up to a layer, with what nobody looks at computed together.
  func prepared(upTo layer: NodeID) throws -> Graph {
    var graph = try prepared(.fused(keeping: [layer]))
    try graph.setOutput(layer)
    return graph
  }
}
