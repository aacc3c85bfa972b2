import Foundation

/// A command or an option that a text quotes, and where.
struct QuotedText {
  let text: String
  let place: String
}

/// What articles, lessons and helps quote.
enum QuotedTexts {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// README and all articles of the documentation.
  static var articles: [URL] {
    get throws {
      let sources = root.appending(path: "Sources")
      let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
        .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
      return [root.appending(path: "README.md")] + paths.map { sources.appending(path: $0) }
    }
  }

  /// The lessons' programs and what they share.
  static var lessons: [URL] {
    get throws {
      let examples = root.appending(path: "Examples")
      return try FileManager.default.subpathsOfDirectory(atPath: examples.path)
        .filter { $0.hasSuffix(".swift") }.sorted().map { examples.appending(path: $0) }
    }
  }

  /// The commands that begin a line of a block of code, with lines that are continued joined.
  static func commands(inBlocksOf article: URL) throws -> [QuotedText] {
    var found: [QuotedText] = []
    var isCode = false
    var pending = ""
    for line in try String(contentsOf: article, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    {
      if line.hasPrefix("```") {
        isCode.toggle()
        pending = ""
        continue
      }
      guard isCode else { continue }
      if let text = command(String(line), &pending) {
        found.append(QuotedText(text: text, place: article.path))
      }
    }
    return found
  }

  /// The commands that begin an indented line of a help; others are sentences.
  static func commands(inHelp text: String, of place: String) -> [QuotedText] {
    var pending = ""
    return text.split(separator: "\n").compactMap { line in
      guard line.hasPrefix(" ") else { return nil }
      return command(String(line), &pending).map { QuotedText(text: $0, place: place) }
    }
  }

  /// The command that a line ends; nothing while it goes on, or where there is none.
  private static func command(_ line: String, _ pending: inout String) -> String? {
    let line = line.trimmingCharacters(in: .whitespaces)
    guard !pending.isEmpty || line.hasPrefix("nni ") else { return nil }
    if line.hasSuffix("\\") {
      pending += line.dropLast() + " "
      return nil
    }
    defer { pending = "" }
    return pending + line
  }

  /// What stands between single backticks of an article, or of a lesson's texts.
  static func spans(of file: URL) throws -> [QuotedText] {
    var texts = [try String(contentsOf: file, encoding: .utf8)]
    if file.pathExtension == "swift" {
      texts = try SwiftTexts(texts[0]).texts
    } else {
      // Without blocks of code.
      texts = texts[0].split(separator: "```", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 0 }.map { String($0.element) }
    }
    return texts.flatMap { text in
      text.matches(of: /`([^`]+)`/).map {
        QuotedText(
          text: $0.1.split(separator: /\s+/).joined(separator: " "), place: file.path)
      }
    }
  }
}

/// The texts of a Swift file, concatenated ones as one, with constants of the file put in and every other
/// expression replaced by `1`.
struct SwiftTexts {
  let texts: [String]

  init(_ source: String) throws {
    let characters = Array(source)
    var constants: [String: String] = [:]
    var texts: [String] = []
    var position = 0
    while position < characters.count {
      if characters[position] == "/", position + 1 < characters.count,
        characters[position + 1] == "/"
      {
        while position < characters.count, characters[position] != "\n" { position += 1 }
      } else if characters[position] == "\"" {
        let before = String(characters[max(0, position - 60)..<position])
        var text = Self.text(characters, &position, constants)
        // "…" + "…"
        while let next = Self.concatenated(characters, position) {
          position = next
          text += Self.text(characters, &position, constants)
        }
        if let name = before.firstMatch(of: /let (\w+) =\s*$/) {
          // It stands where it is used.
          constants[String(name.1)] = text
        } else {
          texts.append(text)
        }
      } else {
        position += 1
      }
    }
    self.texts = texts
  }

  /// Where the text begins that is added to one that ends here.
  private static func concatenated(_ source: [Character], _ position: Int) -> Int? {
    var place = position
    func skipSpace() { while place < source.count, source[place].isWhitespace { place += 1 } }
    skipSpace()
    guard place < source.count, source[place] == "+" else { return nil }
    place += 1
    skipSpace()
    return place < source.count && source[place] == "\"" ? place : nil
  }

  /// The text that begins at a position, and the position behind it.
  private static func text(
    _ source: [Character], _ position: inout Int, _ constants: [String: String]
  ) -> String {
    let quote: [Character] = Array("\"\"\"")
    let isLong = source[position...].starts(with: quote)
    position += isLong ? 3 : 1
    var result = ""
    while position < source.count {
      if isLong ? source[position...].starts(with: quote) : source[position] == "\"" {
        position += isLong ? 3 : 1
        return result
      }
      guard source[position] == "\\", position + 1 < source.count else {
        result.append(source[position])
        position += 1
        continue
      }
      let next = source[position + 1]
      position += 2
      guard next == "(" else {
        // A line that goes on, or a sign that is escaped.
        if next != "\n" { result.append(next == "n" ? "\n" : next) }
        continue
      }
      var expression = ""
      var depth = 1
      while position < source.count {
        if source[position] == "\"" {
          expression += text(source, &position, constants)
          continue
        }
        if source[position] == "(" { depth += 1 }
        if source[position] == ")" { depth -= 1 }
        position += 1
        if depth == 0 { break }
        expression.append(source[position - 1])
      }
      result += constants[expression] ?? "1"
    }
    return result
  }
}

/// What a shell makes of a line: words, quotes taken off, no comment.
struct ShellWords {
  let words: [String]

  init(_ line: String) {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      switch (quote, character) {
      case (nil, "\""), (nil, "'"):
        quote = character
        word = word ?? ""
      case (let open?, _) where open == character: quote = nil
      case (nil, "#") where word == nil:
        self.words = words
        return
      case (nil, " "):
        if let found = word { words.append(found) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    self.words = words
  }
}
