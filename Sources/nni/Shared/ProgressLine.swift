import NNInterpretability
import Synchronization

/// The line of a terminal that tells what is being done, and how much of the whole is.
///
/// Nothing is shown where no terminal is.
final class ProgressLine: Sendable {
  private struct State {
    var text = ""
    var done = 0
    var total = 0
  }

  private let state = Mutex(State())

  /// Shows what is being done now.
  func show(_ text: String, _ done: Int, of total: Int) {
    state.withLock { $0 = State(text: text, done: done, total: total) }
    Terminal.progress(text, done, of: total)
  }

  /// Runs `body`, adding to the line how much of it is done, and takes the line away at the end.
  func watching<Result>(_ body: () throws -> Result) rethrows -> Result {
    defer { Terminal.clearProgress() }
    guard Terminal.isWatched else { return try body() }
    return try Computation.reporting(to: { self.tell($0) }, body)
  }

  private func tell(_ progress: ComputationProgress) {
    let now = state.withLock { $0 }
    let share = "\(Int(progress.fraction * 100)) %"
    if now.total == 0 {
      Terminal.progress(share)
    } else {
      Terminal.progress("\(now.text.prefix(60)), \(share) of all", now.done, of: now.total)
    }
  }
}
