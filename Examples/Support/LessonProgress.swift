import Foundation

/// Says on the standard error what a lesson is doing, for a lesson may take a minute.
///
/// On a terminal each line replaces the one before. Elsewhere, as in a log, only what is done is written, one
/// line a part.
struct LessonProgress: Sendable {
  private let name: String
  private let isWatched: Bool
  private let start = ContinuousClock.now

  init(_ lesson: Lesson, isWatched: Bool = isatty(STDERR_FILENO) == 1) {
    name = "\(lesson.number) \(lesson.title)"
    self.isWatched = isWatched
  }

  private var seconds: String { "\(((ContinuousClock.now - start) / .seconds(1)).fixed(0)) s" }

  /// Something is being done; `part` says how far it is.
  func doing(_ what: String, part: String = "") {
    guard isWatched else { return }
    write("\r\u{1B}[K" + line(what, part.isEmpty ? "…" : "\(part) …"))
  }

  /// A part of the page is there.
  func done(_ part: String) {
    write(isWatched ? "\r\u{1B}[K" + line(part, "done") : line(part, "done") + "\n")
  }

  /// Takes the line away.
  func clear() {
    if isWatched { write("\r\u{1B}[K") }
  }

  /// What is shown: the lesson, what it does, how far it is, and how long it has taken.
  func line(_ what: String, _ state: String) -> String {
    "\(name): \(what.prefix(50)) \(state) \(seconds)"
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
