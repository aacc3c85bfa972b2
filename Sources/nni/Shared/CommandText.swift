import Foundation

/// Commands as they could be typed again.
enum CommandText {
  /// An argument, in quotation marks if a shell would change it.
  static func quoted(_ text: String) -> String {
    let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "/._-:=,+"))
    guard text.isEmpty || text.unicodeScalars.contains(where: { !plain.contains($0) }) else {
      return text
    }
    return "'\(text.replacingOccurrences(of: "'", with: "'\\''"))'"
  }
}
