extension Model {
  /// The network of one of several inputs alone, the others held at the values of one sample.
  ///
  /// Methods that change all of what a network takes, by windows, noise or masks, so explain one input of
  /// several.
  ///
  /// - Parameters:
  ///   - row: One sample of all inputs, `[1, elements]`, see ``joined(_:)``.
  ///   - name: The input that stays, of real numbers.
  /// - Returns: A network that takes `[N, …]` of that input's shape.
  /// - Throws: ``InterpretabilityError`` when there is no such input, or it holds whole numbers.
  package func bound(to row: Tensor, except name: String) throws -> Model {
    let part = try input(named: name)
    guard part.type.isFloatingPoint, row.shape == [1, rowWidth] else {
      throw InterpretabilityError(
        .invalidInput, "the input “\(name)” of \(part.type) cannot be the only one that changes")
    }
    var changed = Graph(input: graph.input)
    for node in graph.nodes.dropFirst() {
      var layer = node.layer
      if let cut = layer as? InputPartLayer {
        if cut.start != part.start {
          layer = FixedValueLayer(try cut.forward([row]))
        } else {
          layer =
            cut.shape == part.shape && !cut.shape.isEmpty
            ? IdentityLayer() : ReshapeLayer(cut.shape)
        }
      }
      try changed.add(layer, as: node.id, after: node.inputs)
    }
    try changed.setOutput(graph.output)
    var copy = self
    copy.graph = changed
    copy.inputs = []
    copy.inputName = name
    copy.shapeInFile = part.shape.isEmpty ? [1] : part.shape
    copy.inputSpec = inputStatements[name]?.image ?? InputSpec()
    copy.inputSpec.labels = inputSpec.labels
    return copy
  }
}
