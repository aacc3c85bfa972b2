extension AttributionMetric {
  /// Judges explanations apart from the caller's actor, telling how far it is; it ends soon when its task is cancelled.
  ///
  /// - Parameters:
  ///   - subject: The explanations.
  ///   - progress: Is told how far it is, from the thread that computes.
  /// - Returns: The same as the variant that blocks.
  /// - Throws: ``InterpretabilityError`` as the variant that blocks; `CancellationError` when the task is cancelled.
  @concurrent public func evaluate(
    _ subject: MetricCase, progress: @escaping @Sendable (ComputationProgress) -> Void
  ) async throws -> MetricResult {
    try await Computation.run(progress: progress) { try self.evaluate(subject) }
  }
}
