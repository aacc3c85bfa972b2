/// Images whose channels are in the last axis of the file's input.
///
/// A model takes them with its channels first, `[N, C, H, W]`, like any other, so that every method knows
/// what a pixel is; tensors of the file's own order are turned by these.
extension Model {
  /// A batch in the order of axes that the file has, as the model takes it.
  ///
  /// - Throws: ``InterpretabilityError`` when the batch has not the four axes of images.
  public func channelsFirst(_ batch: Tensor) throws -> Tensor {
    guard isChannelsLastInFile else { return batch }
    guard batch.rank == 4, channelsOfInput.map({ $0 == batch.shape[3] }) ?? true else {
      throw InterpretabilityError(
        .invalidInput,
        "the input has shape \(batch.shape); the model \(name) takes images with channels last, "
          + "[N, height, width, \(channelsOfInput.map(String.init) ?? "channels")]")
    }
    return try batch.permuted([0, 3, 1, 2]).packed()
  }

  /// A map of the input in the order of axes that the file has.
  public func inFileOrder(_ map: Tensor) throws -> Tensor {
    guard isChannelsLastInFile, map.rank == 4 else { return map }
    return try map.permuted([0, 2, 3, 1]).packed()
  }

  private var channelsOfInput: Int? { inputSpec.channelCount }
}

extension Graph {
  /// The same graph for an input with its channels first, which are put last where a layer reads them so.
  func withChannelsFirst() throws -> Graph {
    let name = NodeID("\(input)/channels-last")
    var graph = Graph(input: input)
    let toFirst = [0, 3, 1, 2]
    func isUndone(_ node: Node) -> Bool {
      (node.layer as? TransposeLayer)?.order == toFirst && node.inputs == [input]
    }
    let reads = nodes.dropFirst().filter { $0.inputs.contains(input) }
    if !reads.allSatisfy(isUndone) || output == input {
      try graph.add(TransposeLayer([0, 2, 3, 1]), as: name, after: [input])
    }
    for node in nodes.dropFirst() {
      if isUndone(node) {
        try graph.add(IdentityLayer(), as: node.id, after: [input])
      } else {
        try graph.add(node.layer, as: node.id, after: node.inputs.map { $0 == input ? name : $0 })
      }
    }
    try graph.setOutput(output == input ? name : output)
    return graph
  }
}

extension Tensor {
  /// The same values with the last axis densest in memory.
  fileprivate func packed() throws -> Tensor { try .call("aten::contiguous", .tensor(self)) }
}
