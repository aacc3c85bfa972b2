/// Reads a ``PageFormula`` from left to right and writes MathML.
struct PageFormulaReader {
  private let source: String
  private var rest: Substring

  init(_ source: String) {
    self.source = source
    rest = source[...]
  }

  /// The pieces up to a closing brace, or to the end.
  mutating func row(until end: Character?) throws -> String {
    var result = ""
    var previous = Piece.Kind.mark
    while true {
      skipSpaces()
      guard let first = rest.first else {
        if let end { throw refusal("a '\(end)' is missing") }
        return result
      }
      if first == end {
        rest.removeFirst()
        return result
      }
      let next = try piece()
      if Piece.isSpaced(previous, next.kind) { result += "<mspace width=\"0.17em\"></mspace>" }
      result += try scripted(next)
      previous = next.kind
    }
  }

  /// A piece with what is lowered and raised behind it.
  private mutating func scripted(_ base: Piece) throws -> String {
    var (lower, upper): (String?, String?)
    while let mark = rest.first, mark == "_" || mark == "^" {
      rest.removeFirst()
      skipSpaces()
      let script = try piece().html
      if mark == "_", lower == nil {
        lower = script
      } else if mark == "^", upper == nil {
        upper = script
      } else {
        throw refusal("a piece has two of '\(mark)'")
      }
    }
    let (below, both, above) =
      base.hasLimits
      ? ("munder", "munderover", "mover") : ("msub", "msubsup", "msup")
    switch (lower, upper) {
    case (nil, nil): return base.html
    case (let lower?, nil): return "<\(below)>\(base.html)\(lower)</\(below)>"
    case (nil, let upper?): return "<\(above)>\(base.html)\(upper)</\(above)>"
    case (let lower?, let upper?): return "<\(both)>\(base.html)\(lower)\(upper)</\(both)>"
    }
  }

  private struct Piece {
    let html: String
    /// Whether scripts stand below and above it instead of behind.
    var hasLimits = false
    /// What decides of the space around it.
    var kind = Kind.operand

    enum Kind {
      /// An upright name such as `log`, a variable or a number, something in brackets, and all else.
      case name, operand, group, mark
    }

    /// Whether a space stands between two: around a name, unless brackets or a mark set it apart.
    static func isSpaced(_ left: Kind, _ right: Kind) -> Bool {
      right == .name ? left != .mark : left == .name && right == .operand
    }
  }

  /// The next piece; spaces before it are skipped already.
  private mutating func piece() throws -> Piece {
    guard let first = rest.first else { throw refusal("something is missing at its end") }
    switch first {
    case "{":
      rest.removeFirst()
      return Piece(html: "<mrow>\(try row(until: "}"))</mrow>")
    case "}": throw refusal("a brace closes nothing")
    case "_", "^": throw refusal("'\(first)' has nothing before it")
    case "\\":
      rest.removeFirst()
      return try command()
    case _ where first.isNumber:
      let digits = take { $0.isNumber || $0 == "." }
      return Piece(html: "<mn>\(Markup.escaped(digits))</mn>")
    case _ where Self.isLatin(first):
      let name = take(while: Self.isLatin)
      return Piece(
        html: "<mi>\(Markup.escaped(name))</mi>", hasLimits: Self.limits.contains(name),
        kind: name.count > 1 ? .name : .operand)
    case _ where first.isLetter:
      return Piece(html: "<mi>\(Markup.escaped(String(rest.removeFirst())))</mi>")
    case "(": return try group("(", ")")
    case "[": return try group("[", "]")
    case "|": return try group("|", "|")
    case ")", "]": throw refusal("'\(first)' closes nothing")
    default:
      let mark = String(rest.removeFirst())
      return Piece(
        html: "<mo>\(Markup.escaped(mark))</mo>", hasLimits: "∑∏".contains(mark), kind: .mark)
    }
  }

  /// Brackets with what is in them, as high as that.
  private mutating func group(_ open: Character, _ close: Character) throws -> Piece {
    rest.removeFirst()
    let inner = try row(until: close)
    return Piece(
      html: "<mrow><mo form=\"prefix\" stretchy=\"true\">\(open)</mo>\(inner)"
        + "<mo form=\"postfix\" stretchy=\"true\">\(close)</mo></mrow>", kind: .group)
  }

  private mutating func command() throws -> Piece {
    let name = take(while: Self.isLatin)
    switch name {
    case "frac":
      let above = try argument(of: name)
      return Piece(html: "<mfrac>\(above)\(try argument(of: name))</mfrac>")
    case "sqrt": return Piece(html: "<msqrt>\(try argument(of: name))</msqrt>")
    case "text":
      skipSpaces()
      guard rest.first == "{", let end = rest.firstIndex(of: "}") else {
        throw refusal("\\text wants words in braces")
      }
      let words = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
      // Spaces at the edges would be dropped.
      let kept = words.replacing(" ", with: "\u{A0}")
      return Piece(html: "<mtext>\(Markup.escaped(kept))</mtext>", kind: .mark)
    default: throw refusal("there is no \\\(name); there are \\frac, \\sqrt and \\text")
    }
  }

  private mutating func argument(of name: String) throws -> String {
    skipSpaces()
    guard rest.first == "{" else { throw refusal("\\\(name) wants braces") }
    return try piece().html
  }

  private mutating func take(while isWanted: (Character) -> Bool) -> String {
    let taken = rest.prefix(while: isWanted)
    rest = rest[taken.endIndex...]
    return String(taken)
  }

  private mutating func skipSpaces() { rest = rest.drop { $0 == " " || $0.isNewline } }

  private func refusal(_ what: String) -> ReportError {
    ReportError(.option, "The formula '\(source)' cannot be set: \(what).")
  }

  private static func isLatin(_ character: Character) -> Bool {
    character.isASCII && character.isLetter
  }

  /// Names below which their limits stand.
  private static let limits: Set<String> = ["max", "min", "argmax", "argmin", "mean"]
}
