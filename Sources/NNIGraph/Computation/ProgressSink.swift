private import Synchronization

/// Who watches a computation, and what was told last: shares never fall, and steps too small to see are left out.
final class ProgressSink: Sendable {
  private static let smallest = 1.0 / 2048
  private let watcher: @Sendable (ComputationProgress) -> Void
  private let last = Mutex(0.0)

  init(_ watcher: @escaping @Sendable (ComputationProgress) -> Void) { self.watcher = watcher }

  /// Tells the share of the whole that is done.
  func report(_ fraction: Double) {
    // Parts of parts add up to 1 only up to rounding.
    let fraction = fraction > 1 - 1e-9 ? 1 : fraction
    let isNews = last.withLock { last in
      guard fraction >= last + Self.smallest || (fraction == 1 && last < 1) else { return false }
      last = fraction
      return true
    }
    if isNews { watcher(ComputationProgress(fraction: fraction)) }
  }
}
