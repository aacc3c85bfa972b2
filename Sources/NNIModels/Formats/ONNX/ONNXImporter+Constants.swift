/// Constants that hold the exporting batch's extent.
extension ONNXImporter {
  /// The node with each constant that has a row for each sample of the exporting batch replaced by one
  /// of its rows, if they are equal.
  ///
  /// - Throws: ``InterpretabilityError`` when they differ, or a constant would add axes before the
  ///   batch's.
  mutating func withoutBatch(_ node: OperatorNode) throws -> OperatorNode {
    let isGemm = node.type == "Gemm" && node.inputs.count > 2
    guard Self.broadcasting.contains(node.type) || isGemm, let source = node.sources.first else {
      return node
    }
    var inputs = node.inputs
    for (position, input) in node.inputs.enumerated() {
      guard case .constant(let tensor) = input, tensor.rank >= 2, tensor.count > 1,
        !isGemm || position == 2
      else { continue }
      let isConcatenation = node.type == "Concat"
      guard tensor.shape[0] > 1 || !isConcatenation else { continue }
      let found = isGemm ? 2 : try? shapes.shape(of: source, in: graph, for: node).count
      guard let rank = found else { continue }
      guard tensor.rank <= rank else {
        if tensor.shape.dropLast(rank).allSatisfy({ $0 == 1 }), tensor.shape.suffix(rank).first == 1
        {
          throw node.unsupported(
            "its constant of shape \(tensor.shape) adds an axis before the batch's")
        }
        throw node.unsupported(
          "its constant of shape \(tensor.shape) has more axes than the value that it meets, \(rank)"
        )
      }
      guard tensor.rank == rank, batchAxes[source] ?? 0 == 0, tensor.shape[0] > 1 else { continue }
      let row = try tensor.narrowed(axis: 0, to: 0..<1)
      let isSame = try Tensor.call(
        "aten::all", .tensor(.call("aten::eq.Tensor", .tensor(tensor), .tensor(row))))
      guard try isSame.item() != 0 else {
        throw node.unsupported(
          "its constant of shape \(tensor.shape) has another row for each of the "
            + "\(tensor.shape[0]) samples that the network was exported with; export it with a batch "
            + "of one sample or a dynamic batch")
      }
      inputs[position] = .constant(row)
    }
    return node.replacing(inputs: inputs)
  }

  private static let broadcasting: Set<String> = ["Add", "Sub", "Mul", "Div", "Concat", "PRelu"]
}
