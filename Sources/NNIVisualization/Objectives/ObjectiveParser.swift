internal import Foundation

extension Objective {
  /// An objective as people write it.
  ///
  /// ```text
  /// conv5:42 + 0.5*class:281 - 1e-3*tv
  /// 2 * (logprob:3 - logprob:5)
  /// ```
  ///
  /// Terms are added and subtracted, with a space before a minus, and may have a factor; parentheses group.
  /// Text in double quotes is taken as it stands, for names with spaces. The terms:
  ///
  /// - `class:C`, `logprob:C`, `difference:C,D`: classes by number or name;
  /// - `NODE:K`, `NODE:K,ROW,COLUMN`, `NODE`, `neuron:NODE:K`: a channel, a neuron, a layer, a channel's
  ///   middle; `node:NODE` where a node is named like a term;
  /// - `dot:NODE:NAME`, `cosine:NODE:NAME`, `dot-cosine:NODE:NAME:POWER`: a direction of that name;
  /// - `diversity:NODE`, `inversion:NODE`, `caricature:NODE:POWER`;
  /// - `entropy`, `mutual-information`;
  /// - `l2`, `l2norm`, `l1`, the same after `code-` or `mean-`, `tv`, `tv2`.
  ///
  /// - Throws: ``InterpretabilityError`` that shows the place and says what was wanted.
  public init(parsing text: String, in context: ObjectiveContext) throws {
    guard text.utf8.count <= 100_000 else {
      throw InterpretabilityError(
        .invalidOption,
        "an objective of \(text.utf8.count) bytes is too long; wanted 100000 at most")
    }
    var parser = ObjectiveParser(text, context)
    self = try parser.parse()
  }
}

/// Reads an objective from left to right.
private struct ObjectiveParser {
  private let characters: [Character]
  private var position = 0
  private var depth = 0
  private let reader: ObjectiveTermReader

  init(_ text: String, _ context: ObjectiveContext) {
    characters = Array(text)
    reader = ObjectiveTermReader(context: context)
  }

  mutating func parse() throws -> Objective {
    let result = try sum()
    skipSpaces()
    guard position == characters.count else { throw unexpected("“+”, “-” or the end") }
    return result
  }

  // product (± product)*
  private mutating func sum() throws -> Objective {
    var result = try product()
    while true {
      skipSpaces()
      if take("+") {
        result = try result + product()
      } else if take("-") {
        result = try result - product()
      } else {
        return result
      }
    }
  }

  // ± number * … term * number
  private mutating func product() throws -> Objective {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else {
      throw InterpretabilityError(
        .invalidOption, "the objective is nested more than 100 deep; write it flat")
    }
    skipSpaces()
    if take("-") { return try -product() }
    if take("+") { return try product() }
    if let factor = takeFactor() { return try factor * product() }
    var result: Objective
    if take("(") {
      result = try sum()
      skipSpaces()
      guard take(")") else { throw unexpected("“)”") }
    } else {
      result = try reader.objective(fields())
    }
    skipSpaces()
    while take("*") {
      skipSpaces()
      guard let number = takeNumber() else { throw unexpected("a number after “*”") }
      result = result * number
      skipSpaces()
    }
    return result
  }

  /// The parts of a term between colons.
  private mutating func fields() throws -> [String] {
    let start = position
    var fields = [""]
    while let next = peek, !next.isWhitespace, !"+*()".contains(next) {
      position += 1
      switch next {
      case ":": fields.append("")
      case "\"":
        guard let end = characters[position...].firstIndex(of: "\"") else {
          throw unexpected("a second “\"”")
        }
        fields[fields.count - 1] += String(characters[position..<end])
        position = end + 1
      default: fields[fields.count - 1].append(next)
      }
    }
    guard position > start else { throw unexpected("a term such as conv5:42 or class:281") }
    return fields
  }

  /// A number with a star after it.
  private mutating func takeFactor() -> Double? {
    let start = position
    guard let number = takeNumber() else { return nil }
    skipSpaces()
    if take("*") { return number }
    position = start
    return nil
  }

  private mutating func takeNumber() -> Double? {
    var end = position
    while end < characters.count {
      let character = characters[end]
      let isExponentSign =
        "+-".contains(character) && end > position && "eE".contains(characters[end - 1])
      let isLeadingSign = "+-".contains(character) && end == position
      guard "0123456789.eE".contains(character) || isExponentSign || isLeadingSign else { break }
      end += 1
    }
    guard let number = Double(String(characters[position..<end])), number.isFinite else {
      return nil
    }
    position = end
    return number
  }

  private var peek: Character? { position < characters.count ? characters[position] : nil }

  private mutating func take(_ character: Character) -> Bool {
    guard peek == character else { return false }
    position += 1
    return true
  }

  private mutating func skipSpaces() {
    while let next = peek, next.isWhitespace { position += 1 }
  }

  private func unexpected(_ wanted: String) -> InterpretabilityError {
    let before = String(characters[max(0, position - 20)..<position])
    let found = position < characters.count ? "found “\(characters[position])”" : "it ends"
    return InterpretabilityError(
      .invalidOption, "the objective is wrong after “\(before)”: \(found), wanted \(wanted)")
  }
}
