extension DeepLIFT {
  /// What breaks the law of a sample: a node that decides otherwise for it than for a reference.
  ///
  /// A comparison carries no signal. What it chooses between then changes by more than its operands do, which no
  /// multiplier of theirs can say.
  ///
  /// - Returns: A sentence that names the node and what follows it; `nil` where all decide alike.
  func jump(_ pass: BackwardPass, _ references: [Tensor], of sample: Int) throws -> String? {
    let graph = pass.graph
    for start in references {
      let other = try graph.trace(start, readable: [])
      for node in graph.nodes where node.layer.kind != .discrete {
        for index in node.inputIndices where graph.nodes[index].layer.kind == .discrete {
          let decision = graph.nodes[index].id
          let (own, its) = (try pass.trace[decision], try other[decision])
          guard own.shape == its.shape, own.rank > 0, sample < own.shape[0] else { continue }
          let isOther = try Tensor.call(
            "aten::any",
            .tensor(
              .call(
                "aten::ne.Tensor", .tensor(own.narrowed(axis: 0, to: sample..<(sample + 1))),
                .tensor(its.narrowed(axis: 0, to: sample..<(sample + 1)))))
          ).item()
          guard isOther != 0 else { continue }
          return "node \(decision) decides otherwise for it than for its reference, and node "
            + "\(node.id) jumps"
        }
      }
    }
    return nil
  }
}
