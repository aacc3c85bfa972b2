import Foundation

/// A text file with the name of one class on each line.
enum ClassNamesFile {
  /// The largest file that is read.
  private static let sizeLimit = 16 << 20

  /// The names by label.
  ///
  /// - Throws: ``InterpretabilityError`` for a file that is too large, no UTF-8 text, empty, or has an
  ///   empty line before its end.
  static func names(in url: URL) throws -> [String] {
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidFile, "\(url.path) \(message)")
    }
    guard try ModelFile.size(of: url) <= sizeLimit else {
      throw refuse("is too large for a list of class names")
    }
    guard let text = try String(data: ModelFile.mapped(url), encoding: .utf8) else {
      throw refuse("is no UTF-8 text; wanted one class name a line")
    }
    var names = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    while names.last?.isEmpty == true { names.removeLast() }
    if let line = names.firstIndex(of: "") { throw refuse("has no name on line \(line + 1)") }
    guard !names.isEmpty else { throw refuse("holds no class names") }
    return names
  }
}
