extension Graph {
  /// The same graph with a layer of one input after each of some nodes; everything that read a node reads
  /// the layer instead.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such node.
  package func inserting(_ layer: any Layer, after places: [NodeID], suffix: String) throws -> Graph
  {
    for id in places { _ = try index(of: id) }
    var graph = Graph(input: input)
    var renamed: [NodeID: NodeID] = [:]
    for (position, node) in nodes.enumerated() {
      if position > 0 {
        try graph.add(node.layer, as: node.id, after: node.inputs.map { renamed[$0] ?? $0 })
      }
      guard places.contains(node.id) else { continue }
      let id = unusedName("\(node.id)/\(suffix)")
      renamed[node.id] = try graph.add(layer, as: id, after: [node.id])
    }
    try graph.setOutput(renamed[output] ?? output)
    return graph
  }

  /// The name, or one like it that no node has.
  package func unusedName(_ name: String) -> NodeID {
    let taken = Set(nodes.map(\.id))
    var id = NodeID(name)
    while taken.contains(id) { id = NodeID(id.name + "_") }
    return id
  }
}
