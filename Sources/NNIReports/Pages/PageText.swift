/// Running text with formulas.
///
/// What stands between two dollar signs is a formula: set in italics, `_` lowers and `^` raises the
/// next character or what braces hold, as in `$σ^2 = Σ_i (x_i − x^{mean})^2 / n$`. A lone dollar sign
/// is one. Words between two grave accents are set as code.
public struct PageText: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// A piece of a text.
  enum Run: Sendable, Hashable {
    case plain(String)
    case formula(String)
    case code(String)
    case link(String, address: String)
  }

  private(set) var runs: [Run]

  /// Reads a text with formulas.
  public init(_ text: String) {
    runs = []
    var rest = text[...]
    var plain = ""
    while let mark = rest.firstIndex(where: { $0 == "$" || $0 == "`" }) {
      plain += rest[..<mark]
      let after = rest.index(after: mark)
      guard let end = rest[after...].firstIndex(of: rest[mark]), end > after else {
        // It has no partner.
        plain.append(rest[mark])
        rest = rest[after...]
        continue
      }
      if !plain.isEmpty { runs.append(.plain(plain)) }
      plain = ""
      let inner = String(rest[after..<end])
      runs.append(rest[mark] == "$" ? .formula(inner) : .code(inner))
      rest = rest[rest.index(after: end)...]
    }
    plain += rest
    if !plain.isEmpty { runs.append(.plain(plain)) }
  }

  /// Reads a text with formulas.
  public init(stringLiteral text: String) { self.init(text) }

  /// A text without formulas, whatever it holds: for names of files and classes.
  public static func plain(_ text: String) -> PageText {
    var result = PageText("")
    result.runs = [.plain(text)]
    return result
  }

  /// Words that lead to another page: below the page's own address, or at one that begins with `https://`.
  ///
  /// Any other address is left out, so that no text can bring a script onto the page.
  public static func link(_ text: String, to address: String) -> PageText {
    let scheme = address.firstRange(of: ":").map { address[..<$0.lowerBound] }
    var result = PageText("")
    result.runs =
      scheme == nil || scheme == "https" ? [.link(text, address: address)] : [.plain(text)]
    return result
  }

  /// One text behind the other.
  public static func + (first: PageText, second: PageText) -> PageText {
    var result = first
    result.runs += second.runs
    return result
  }

  /// The text without marks.
  public var plainText: String {
    runs.map { run in
      switch run {
      case .plain(let text), .formula(let text), .code(let text), .link(let text, _): text
      }
    }.joined()
  }

  var html: String {
    runs.map { run in
      switch run {
      case .plain(let text): Markup.escaped(text)
      case .code(let text): "<code>\(Markup.escaped(text))</code>"
      case .link(let text, let address): PageLink(text, to: address).html
      case .formula(let text): "<span class=\"formula\">\(Self.formula(text[...]))</span>"
      }
    }.joined()
  }

  private static func formula(_ text: Substring) -> String {
    var (result, plain) = ("", "")
    var rest = text
    while let character = rest.first {
      rest.removeFirst()
      guard character == "_" || character == "^", let next = rest.first else {
        plain.append(character)
        continue
      }
      result += Markup.escaped(plain)
      plain = ""
      let tag = character == "_" ? "sub" : "sup"
      var inner = String(next)
      rest.removeFirst()
      if next == "{", let end = rest.firstIndex(of: "}") {
        inner = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
      }
      result += "<\(tag)>\(Markup.escaped(inner))</\(tag)>"
    }
    return result + Markup.escaped(plain)
  }
}
