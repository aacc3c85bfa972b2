/// Text made safe for SVG and HTML.
enum Markup {
  /// Escapes a text for an element or a quoted attribute.
  ///
  /// Class names and file names are hostile input: characters that XML forbids become U+FFFD, line
  /// breaks become spaces, and marks that reverse the direction of what follows are dropped.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\r", "\t": result += " "
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": break
      case "\u{00}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Escapes a text that keeps its line breaks, as code does.
  static func escapedLines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { escaped(String($0)) }.joined(separator: "\n")
  }
}
