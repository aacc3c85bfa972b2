import Foundation

/// Where messages and progress go.
enum Terminal {
  /// Whether a person watches the standard error.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes one line to the standard error.
  static func report(_ line: String) {
    clearProgress()
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }

  /// Shows what is being done, on a terminal only; the next one replaces it.
  static func progress(_ text: String, _ done: Int, of total: Int) {
    progress("\(done)/\(total) \(text.prefix(70))")
  }

  /// Shows a text, on a terminal only; the next one replaces it.
  static func progress(_ text: String) {
    guard isWatched else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }

  /// Takes the progress line away.
  static func clearProgress() {
    guard isWatched else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }

  /// Ends the process at once: libtorch would first take its thousands of operators apart.
  static func end(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
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
