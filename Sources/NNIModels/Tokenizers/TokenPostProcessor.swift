/// What a tokenizer puts around the tokens of a text, and how it trims their places.
indirect enum TokenPostProcessor {
  case sequence([TokenPostProcessor])
  case template([Part])
  case trimming(addsSpace: Bool)
  case nothing

  /// A part of a template: the text's tokens, or special ones.
  enum Part {
    case text(type: Int)
    case special([(id: Int, text: String)], type: Int)
  }

  /// Reads one; refuses an unknown one by name.
  init(_ json: TokenizerJSON, _ place: String) throws {
    let fields = try TokenizerFields(json, place)
    let type = try fields.type
    switch type {
    case "Sequence":
      self = .sequence(try fields.list("processors").map { try Self($0, place) })
    case "BertProcessing":
      self = .template(try Self.framed(fields))
    case "RobertaProcessing":
      let template = Self.template(try Self.framed(fields))
      let addsSpace = try fields.flag("add_prefix_space", true)
      self =
        try fields.flag("trim_offsets", true)
        ? .sequence([.trimming(addsSpace: addsSpace), template]) : template
    case "ByteLevel":
      let addsSpace = try fields.flag("add_prefix_space", true)
      self = try fields.flag("trim_offsets", true) ? .trimming(addsSpace: addsSpace) : .nothing
    case "TemplateProcessing": self = .template(try Self.template(fields))
    default: throw fields.unknown(type)
    }
  }

  private static func framed(_ fields: TokenizerFields) throws -> [Part] {
    let (first, last) = (try fields.pair("cls"), try fields.pair("sep"))
    return [
      .special([(first.id, first.text)], type: 0), .text(type: 0),
      .special([(last.id, last.text)], type: 0),
    ]
  }

  private static func template(_ fields: TokenizerFields) throws -> [Part] {
    let parts = try fields.list("single").map { part -> Part in
      if part["Sequence"] != nil {
        let inner = try TokenizerFields(part, fields.place).object("Sequence")
        guard try inner.text("id") == "A" else { throw inner.failure("id", "A in “single”") }
        return .text(type: try inner.number("type_id", 0))
      }
      let inner = try TokenizerFields(part, fields.place).object("SpecialToken")
      let name = try inner.text("id")
      guard
        let entry = try fields.members("special_tokens").last(where: {
          Array($0.name.utf8) == Array(name.utf8)
        })
      else { throw inner.failure("id", "one of “special_tokens”") }
      let token = try TokenizerFields(entry.value, fields.place)
      let ids = try token.list("ids").map { json -> Int in
        guard let id = TokenizerFields.number(json) else {
          throw token.failure("ids", "a list of whole numbers")
        }
        return id
      }
      let texts = try token.list("tokens", []).map { json -> String in
        if case .string(let text) = json { text } else { name }
      }
      return .special(
        ids.enumerated().map { ($1, $0 < texts.count ? texts[$0] : name) },
        type: try inner.number("type_id", 0))
    }
    guard parts.filter({ if case .text = $0 { true } else { false } }).count <= 1 else {
      throw fields.failure("single", "a list with the text once")
    }
    return parts
  }

  /// How many tokens it adds.
  var addedCount: Int {
    switch self {
    case .sequence(let all): all.map(\.addedCount).reduce(0, +)
    case .template(let parts):
      parts.map { if case .special(let tokens, _) = $0 { tokens.count } else { 0 } }.reduce(0, +)
    case .trimming, .nothing: 0
    }
  }

  /// Processes the tokens of a text.
  func apply(to tokens: [Tokenization.Token]) -> [Tokenization.Token] {
    switch self {
    case .nothing: return tokens
    case .sequence(let all): return all.reduce(tokens) { $1.apply(to: $0) }
    case .template(let parts):
      return parts.flatMap { part -> [Tokenization.Token] in
        switch part {
        case .text(let type):
          tokens.map {
            var token = $0
            token.type = type
            return token
          }
        case .special(let special, let type):
          special.map {
            .init(id: $0.id, text: $0.text, range: 0..<0, type: type, word: nil, isSpecial: true)
          }
        }
      }
    case .trimming(let addsSpace):
      return tokens.enumerated().map { index, token in
        Self.trimmed(token, isFirst: index == 0, addsSpace: addsSpace)
      }
    }
  }

  /// A token's place without the white space at its ends.
  private static func trimmed(
    _ token: Tokenization.Token, isFirst: Bool, addsSpace: Bool
  ) -> Tokenization.Token {
    let space = ByteAlphabet.scalars[0x20]
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar == space || scalar.properties.isWhitespace
    }
    let text = token.matched ?? token.text
    var leading = text.unicodeScalars.prefix(while: isSpace).count
    let trailing = text.unicodeScalars.reversed().prefix(while: isSpace).count
    var (lower, upper) = (token.range.lowerBound, token.range.upperBound)
    if leading > 0 {
      // A single space may be the one that was added; several are the text's own.
      if addsSpace, isFirst || lower == 0, leading == 1 { leading = 0 }
      lower = min(lower + leading, upper)
    }
    if trailing > 0, upper >= trailing { upper = max(upper - trailing, lower) }
    var result = token
    result.range = lower..<upper
    return result
  }
}
