/// Constants that hold the exporting batch's extent.
extension ONNXImporter {
  /// The node with each constant that has a row for each sample of the exporting batch replaced by one
  /// of its rows, if they are equal.
  ///
  /// - Parameters:
  ///   - node: The node, whose operands all have their samples first.
  ///   - rank: The number of axes of the value that the constants meet; `nil` takes each constant's.
  /// - Returns: The node with rows in place of such constants.
  /// - Throws: ``InterpretabilityError`` when they differ.
  func withoutBatch(_ node: OperatorNode, rank: Int?) throws -> OperatorNode {
    var inputs = node.inputs
    for (position, input) in node.inputs.enumerated() {
      guard case .constant(let tensor) = input, tensor.rank >= 2, tensor.count > 1,
        tensor.rank == rank ?? tensor.rank, tensor.shape[0] > 1
      else { continue }
      inputs[position] = .constant(try row(of: tensor, axis: 0, before: 1, node))
    }
    return node.replacing(inputs: inputs)
  }

  /// What a constant has for each sample of the exporting batch, if it is the same for all.
  func row(
    of tensor: Tensor, axis: Int, before: Int, _ node: OperatorNode
  ) throws -> Tensor {
    let shape = tensor.shape
    let after = shape[axis] / batch / before
    guard before * after * batch == shape[axis] else { return tensor }
    let split = try tensor.reshaped(
      shape[..<axis] + [before, batch, after] + shape[(axis + 1)...])
    let first = try split.narrowed(axis: axis + 1, to: 0..<1)
    let isSame = try Tensor.call(
      "aten::all", .tensor(.call("aten::eq.Tensor", .tensor(split), .tensor(first))))
    guard try isSame.item() != 0 else {
      throw node.unsupported(
        "its constant of shape \(shape) has another row for each of the \(batch) samples that the "
          + "network was exported with; export it with a batch of one sample or a dynamic batch")
    }
    return try first.reshaped(shape[..<axis] + [before * after] + shape[(axis + 1)...])
  }
}
