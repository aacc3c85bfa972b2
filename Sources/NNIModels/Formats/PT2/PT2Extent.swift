/// An extent: a number, or an expression in the program's open extents, which bear names such as `s77`.
///
/// Expressions are in SymPy's own notation: `Mul(Integer(2), Symbol('s77', positive=True, integer=True))`.
struct PT2Extent: Decodable {
  indirect enum Term: Equatable {
    case number(Int)
    case symbol(String)
    case call(String, [Term])
  }

  /// `nil` for an expression that cannot be read.
  let term: Term?
  /// What it is for the example inputs that the program was exported with.
  let example: Int?

  private struct Expression: Decodable {
    struct Hint: Decodable {
      let value: Int?
      enum CodingKeys: String, CodingKey { case value = "as_int" }
    }
    let text: String
    let hint: Hint?
    enum CodingKeys: String, CodingKey {
      case hint
      case text = "expr_str"
    }
  }

  init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: PT2Key.self)
    if let value = try object.decodeIfPresent(Int.self, forKey: PT2Key("as_int")) {
      term = .number(value)
      example = value
    } else {
      let expression = try object.decode(Expression.self, forKey: PT2Key("as_expr"))
      var parser = Parser(expression.text)
      term = parser.expression()
      example = expression.hint?.value
    }
  }

  /// The number, if it is none of the open ones.
  var fixed: Int? { if case .number(let value)? = term { value } else { nil } }

  /// The name, if it is an open extent itself.
  var symbol: String? { if case .symbol(let name)? = term { name } else { nil } }

  /// The open extents that it is computed of.
  var symbols: Set<String> { term.map(Self.symbols) ?? [] }

  private static func symbols(_ term: Term) -> Set<String> {
    switch term {
    case .number: []
    case .symbol(let name): [name]
    case .call(_, let terms): terms.reduce(into: []) { $0.formUnion(symbols($1)) }
    }
  }

  /// The value for those of the open extents; `nil` where one is unknown or the value overflows.
  func value(_ symbols: [String: Int]) -> Int? { term.flatMap { Self.value($0, symbols) } }

  private static func value(_ term: Term, _ symbols: [String: Int]) -> Int? {
    switch term {
    case .number(let value): return value
    case .symbol(let name): return symbols[name]
    case .call(let function, let terms):
      var values: [Int] = []
      for term in terms {
        guard let value = value(term, symbols) else { return nil }
        values.append(value)
      }
      return result(function, values)
    }
  }

  private static func result(_ function: String, _ values: [Int]) -> Int? {
    func folded(_ start: Int, _ step: (Int, Int) -> (partialValue: Int, overflow: Bool)) -> Int? {
      values.reduce(Swift.Optional(start)) { sum, value in
        guard let sum else { return nil }
        let (result, overflow) = step(sum, value)
        return overflow ? nil : result
      }
    }
    switch function {
    case "Add": return folded(0) { $0.addingReportingOverflow($1) }
    case "Mul": return folded(1) { $0.multipliedReportingOverflow(by: $1) }
    case "Max": return values.max()
    case "Min": return values.min()
    default: break
    }
    guard values.count == 2, values[0] != .min, values[1] != .min else { return nil }
    let (left, right) = (values[0], values[1])
    switch function {
    case "Pow":
      guard (0...62).contains(right) else { return nil }
      return (0..<right).reduce(Swift.Optional(1)) { product, _ in
        guard let (value, overflow) = product?.multipliedReportingOverflow(by: left), !overflow
        else { return nil }
        return value
      }
    case "FloorDiv", "CleanDiv", "IntTrueDiv":
      guard right != 0 else { return nil }
      let quotient = left / right
      return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient
    case "CeilDiv", "CeilToInt":
      guard right != 0 else { return nil }
      let quotient = left / right
      return left % right != 0 && (left < 0) == (right < 0) ? quotient + 1 : quotient
    case "Mod", "PythonMod":
      guard right != 0 else { return nil }
      let rest = left % right
      return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest
    default: return nil
    }
  }

  /// Reads an expression from the front of a text.
  private struct Parser {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func expression() -> Term? {
      guard bytes.count <= 1 << 16, let term = term() else { return nil }
      skipSpace()
      return index == bytes.count ? term : nil
    }

    private mutating func term() -> Term? {
      depth += 1
      defer { depth -= 1 }
      guard depth <= 64, let name = word(), take("(") else { return nil }
      switch name {
      case "Integer":
        guard let number = number(), take(")") else { return nil }
        return .number(number)
      case "Symbol":
        guard let symbol = quoted() else { return nil }
        // Assumptions, such as `positive=True`.
        while take(",") {
          guard word() != nil, take("="), word() != nil else { return nil }
        }
        return take(")") ? .symbol(symbol) : nil
      default:
        var terms: [Term] = []
        repeat {
          guard let term = term() else { return nil }
          terms.append(term)
        } while take(",")
        return take(")") ? .call(name, terms) : nil
      }
    }

    private mutating func skipSpace() {
      while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
      index += 1
      return true
    }

    private mutating func word() -> String? {
      skipSpace()
      let start = index
      while index < bytes.count, Self.isLetter(bytes[index]) { index += 1 }
      return index > start ? String(decoding: bytes[start..<index], as: UTF8.self) : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private mutating func number() -> Int? {
      skipSpace()
      let start = index
      if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
      while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) {
        index += 1
      }
      return Int(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func quoted() -> String? {
      guard take("'") else { return nil }
      let start = index
      while index < bytes.count, bytes[index] != UInt8(ascii: "'") { index += 1 }
      guard index < bytes.count else { return nil }
      defer { index += 1 }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }
  }
}
