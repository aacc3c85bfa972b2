/// One row of the output for each sample.
extension Trace {
  /// - Throws: ``InterpretabilityError`` that names the first node whose value has another number of
  ///   samples than the input: a constant or a shape of the file holds the batch's extent.
  package func requireRows(of input: Tensor) throws {
    let wanted = input.shape.first
    guard try output.shape.first != wanted else { return }
    for (node, record) in zip(graph.nodes, steps) {
      guard let shape = record?.value.shape, shape.first != wanted else { continue }
      throw InterpretabilityError(
        .invalidInput,
        "its value has shape \(shape) for \(wanted ?? 0) samples; the network mixes samples or was "
          + "exported for one number of them: export it with a dynamic batch", node: node.id)
    }
  }
}
