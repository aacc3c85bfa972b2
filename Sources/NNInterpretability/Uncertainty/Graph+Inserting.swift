extension Graph {
  /// The same graph with a layer of one input after each of some nodes; everything that read a node reads
  /// the layer instead.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such node.
  func inserting(_ layer: any Layer, after places: [NodeID], suffix: String) throws -> Graph {
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
  func unusedName(_ name: String) -> NodeID {
    let taken = Set(nodes.map(\.id))
    var id = NodeID(name)
    while taken.contains(id) { id = NodeID(id.name + "_") }
    return id
  }
}

extension Model {
  /// How many classes the network tells apart, if the input's shape is known.
  ///
  /// - Throws: ``InterpretabilityError`` when the network cannot take that shape.
  var classCount: Int? {
    get throws { try outputWidth.map(outputMeaning.classCount) }
  }

  /// How many values the output has at each place, if the layers or the input's shape tell.
  ///
  /// - Throws: ``InterpretabilityError`` when the network cannot take that shape.
  public var outputWidth: Int? {
    get throws {
      if let width = OutputTail.width(of: graph) { return width }
      guard let sampleShape else { return nil }
      let zeros = try Tensor.full([1] + sampleShape, 0, dtype: parameterType)
      let shape = try graph.forward(zeros).shape
      return shape.count > 1 ? shape[1] : nil
    }
  }

  /// The element type of the computation; see ``Graph/parameterType``.
  public var parameterType: DType { get throws { try graph.parameterType } }
}
