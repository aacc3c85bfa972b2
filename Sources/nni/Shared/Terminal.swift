import CSystem
import Foundation
import NNIImages
import NNInterpretability

/// Where messages and progress go.
enum Terminal {
  /// Whether a person watches the standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes one line to the standard error.
  static func report(_ line: String) {
    clearProgress()
    show(line + "\n")
  }

  /// Shows what is being done, on a terminal only; the next one replaces it.
  static func progress(_ text: String, _ done: Int, of total: Int) {
    progress("\(done)/\(total) \(text.prefix(70))")
  }

  /// Shows a text, on a terminal only; the next one replaces it.
  static func progress(_ text: String) {
    guard isWatched else { return }
    show("\r\u{1B}[K\(text)")
  }

  /// Takes the progress line away.
  static func clearProgress() {
    guard isWatched else { return }
    show("\r\u{1B}[K")
  }

  /// Writes to the standard error, if anybody listens: there is nowhere else to say that nobody does.
  private static func show(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Opens the standard streams that are closed, and has signals leave no temporary files.
  static func prepare() {
    csystem_open_streams()
    AtomicFile.handleSignals()
    // Most of a process's addresses go to its libraries, before it begins.
    guard csystem_process_limit() != .max else { return }
    // Each thread that multiplies matrices takes such a workspace.
    let workspaces = Int64(min(Torch.processorCount, 4) + 1)
    guard csystem_available_memory() > workspaces * 136 << 20,
      (try? Torch.reserveWorkspace()) != nil
    else {
      report(
        "nni: the limit on its memory (ulimit -v, ulimit -d) leaves no room; allow 2 GB or more")
      end(1)
    }
  }

  /// Ends the process at once: libtorch would first take its thousands of operators apart.
  ///
  /// The status is 1 instead of 0 when something that was printed got lost.
  static func end(_ status: Int32) -> Never {
    let failure = csystem_flush_output()
    if failure != 0 {
      report("nni: the standard output cannot be written: \(reason(failure)); send it elsewhere")
    }
    _exit(failure != 0 && status == 0 ? 1 : status)
  }

  private static func reason(_ number: Int32) -> String {
    switch number {
    case EPIPE: "whoever read it has gone"
    case ENOSPC: "the disk is full"
    case EFBIG: "the limit on the size of files is reached"
    case EBADF: "it is closed"
    default: "some of it was lost"
    }
  }

  /// Prints a value as JSON with sorted keys.
  static func printJSON(_ value: some Encodable) throws {
    print(try jsonText(value))
  }

  /// A value as JSON with sorted keys.
  static func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
