extension CostContext {
  /// The cost of a clean pass, and of one with each of some parts of the input replaced.
  ///
  /// - Parameters:
  ///   - count: How many parts there are.
  ///   - boxes: The box that holds each, for one sample or for all; `nil` where parts have none.
  /// - Returns: How often the network runs, and how much of it.
  /// - Throws: ``InterpretabilityError`` for a graph without its output.
  func cost(replacing count: Int, boxes: [[Box]]?) throws -> MethodCost {
    let recomputation = Recomputation()
    let schedule = try boxes.flatMap {
      try recomputation.schedule(
        Patch.patches($0, samples: samples), graph, shapes: shapes, to: graph.output,
        elementBytes: elementBytes)
    }
    let complete = max(samples, VariantScores.usualBatch)
    return MethodCost(
      forward: 1 + count, backward: 0,
      inputsAtOnce: schedule?.batches.map(\.positions.count).max() ?? complete,
      recomputation: .init(
        isIncremental: schedule != nil, multiplyAddShare: schedule?.multiplyAddShare ?? 1,
        bytes: schedule == nil ? 0 : recomputation.memory))
  }
}
