import CSystem
import Foundation
import NNIReports
import NNInterpretability

/// A text on one line with what its words count: as colours behind them, or as numbers.
struct ColoredText {
  private let parts: [ReportText.Part]
  private let limit: Double

  init(_ text: ReportText, _ map: ReportText.Map) {
    parts = text.parts(map)
    limit = text.limit(map)
  }

  /// Whether the output is a terminal whose user wants colours (https://no-color.org).
  static var isWanted: Bool {
    let variables = ProcessInfo.processInfo.environment
    return isatty(STDOUT_FILENO) == 1 && (variables["NO_COLOR"] ?? "").isEmpty
      && variables["TERM"] != "dumb"
  }

  func line(colored: Bool) -> String {
    guard colored else {
      return parts.compactMap { part in
        part.isSpecial ? nil : part.value.map { "\(Wording.line(part.text)) \(Self.short($0))" }
      }.joined(separator: " · ")
    }
    return parts.map { part in
      let text = Wording.line(part.text)
      if part.isSpecial { return "\u{1B}[2m\(text)\u{1B}[0m" }
      if part.isLeftOut { return "\u{1B}[2;9m\(text)\u{1B}[0m" }
      guard let value = part.value else { return text }
      let color = ColorMap.blueWhiteRed.color(at: limit > 0 ? value / limit : 0)
      let letters = Int(color.green) > 110 ? 30 : 97
      return "\u{1B}[48;2;\(color.red);\(color.green);\(color.blue);\(letters)m\(text)\u{1B}[0m"
    }.joined()
  }

  private static func short(_ value: Double) -> String {
    value.formatted(.number.precision(.significantDigits(1...3)).grouping(.never))
  }
}
