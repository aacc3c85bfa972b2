/// A computation of many passes, which can be watched and cancelled.
///
/// Methods, metrics, uncertainty, visualisation and training tell how far they are and stop when their task is
/// cancelled. Nobody passes anything along for it: the watcher belongs to the task.
///
/// ```swift
/// let method = IntegratedGradients(steps: 200)
/// let map = try Computation.reporting(to: { print($0.fraction) }) {
///   try method.attribute(model, input: image, target: .predicted)
/// }
/// ```
///
/// A network's pass ends at the next node when the task is cancelled, with a `CancellationError`: also the passes of
/// a method of one's own. To tell how far it is, such a method repeats by ``forEach(_:_:)`` or ``map(_:_:)``.
public enum Computation {
  /// Which part of the whole the code at hand computes, and who watches; it belongs to the task.
  @TaskLocal private static var scope: Scope?

  /// Runs `body`, and tells `watcher` how far it is.
  ///
  /// - Parameters:
  ///   - watcher: Is called from within the computation, with falling never and 1 at the end; it should be quick.
  ///   - body: The computation.
  /// - Returns: What `body` gives.
  /// - Throws: What `body` throws; then the share of 1 is not told.
  public static func reporting<Result>(
    to watcher: @escaping @Sendable (ComputationProgress) -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    let scope = Scope(sink: ProgressSink(watcher), begin: 0, end: 1)
    let result = try $scope.withValue(scope) { try body() }
    scope.report(1)
    return result
  }

  /// Runs a synchronous computation apart from the caller's actor.
  ///
  /// Cancelling the task that awaits it ends it at the next node of a network.
  ///
  /// ```swift
  /// let task = Task {
  ///   try await Computation.run(progress: { print($0.fraction) }) {
  ///     try metric.evaluate(MetricCase(model, input: image, method: GradCAM()))
  ///   }
  /// }
  /// task.cancel()
  /// ```
  ///
  /// - Parameters:
  ///   - progress: Is told how far the computation is, from the thread that computes.
  ///   - body: The computation.
  /// - Returns: What `body` gives.
  /// - Throws: What `body` throws; `CancellationError` when the task is cancelled.
  @concurrent public static func run<Result: Sendable>(
    progress: @escaping @Sendable (ComputationProgress) -> Void,
    _ body: @Sendable () throws -> Result
  ) async throws -> Result {
    try Task.checkCancellation()
    return try reporting(to: progress, body)
  }

  /// Calls `body` with each item, each an equal part of the computation.
  ///
  /// - Throws: What `body` throws; `CancellationError` between two items when the task is cancelled.
  public static func forEach<Items: Collection>(
    _ items: Items, _ body: (Items.Element) throws -> Void
  ) throws {
    _ = try map(items, body)
  }

  /// What `body` makes of each item, each an equal part of the computation.
  ///
  /// - Throws: What `body` throws; `CancellationError` between two items when the task is cancelled.
  public static func map<Items: Collection, Result>(
    _ items: Items, _ body: (Items.Element) throws -> Result
  ) throws -> [Result] {
    let count = Double(items.count)
    var done = 0.0
    return try items.map { item in
      let result = try part(done / count...(done + 1) / count) { try body(item) }
      done += 1
      return result
    }
  }

  /// Runs `body` as a part of the computation at hand, such as `0...0.5` for its first half.
  ///
  /// - Throws: What `body` throws; `CancellationError` before it when the task is cancelled.
  public static func part<Result>(
    _ share: ClosedRange<Double>, _ body: () throws -> Result
  ) throws -> Result {
    try Task.checkCancellation()
    guard let scope else { return try body() }
    let part = scope.part(share)
    let result = try $scope.withValue(part) { try body() }
    part.report(1)
    return result
  }

  /// Tells which share of the computation at hand is done, where it does not repeat for items in a row.
  public static func report(_ share: Double) { scope?.report(share) }

  /// A part of the whole.
  private struct Scope: Sendable {
    let sink: ProgressSink
    let begin: Double
    let end: Double

    func part(_ share: ClosedRange<Double>) -> Scope {
      Scope(sink: sink, begin: place(share.lowerBound), end: place(share.upperBound))
    }

    func report(_ share: Double) { sink.report(place(share)) }

    private func place(_ share: Double) -> Double {
      begin + (end - begin) * min(max(share, 0), 1)
    }
  }
}
