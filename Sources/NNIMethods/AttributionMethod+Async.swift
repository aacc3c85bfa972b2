extension AttributionMethod {
  /// Explains `target` apart from the caller's actor, telling how far it is; it ends soon when its task is cancelled.
  ///
  /// ```swift
  /// let task = Task {
  ///   try await IntegratedGradients(steps: 200).attribute(
  ///     model, input: image, target: .predicted, progress: { print($0.fraction) })
  /// }
  /// task.cancel()   // ends it at the next node of the network
  /// ```
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - input: The batch, `[N, …]`.
  ///   - target: What is explained.
  ///   - progress: Is told how far it is, from the thread that computes.
  /// - Returns: The same as the variant that blocks.
  /// - Throws: ``InterpretabilityError`` as the variant that blocks; `CancellationError` when the task is cancelled.
  @concurrent public func attribute(
    _ model: Model, input: Tensor, target: Target,
    progress: @escaping @Sendable (ComputationProgress) -> Void
  ) async throws -> Attribution {
    try await Computation.run(progress: progress) {
      try self.attribute(model, input: input, target: target)
    }
  }
}

extension LayerReadableMethod {
  /// Explains `target` by the elements of a node's value, apart from the caller's actor.
  ///
  /// - Throws: ``InterpretabilityError`` as the variant that blocks; `CancellationError` when the task is cancelled.
  @concurrent public func attribute(
    _ model: Model, input: Tensor, target: Target, at node: NodeID,
    progress: @escaping @Sendable (ComputationProgress) -> Void
  ) async throws -> Attribution {
    try await Computation.run(progress: progress) {
      try self.attribute(model, input: input, target: target, at: node)
    }
  }
}
