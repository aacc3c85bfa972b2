/// How a tokenizer takes a normalized text apart before its model does.
indirect enum PreTokenizer {
  case sequence([PreTokenizer])
  case bert
  case words
  case whitespace
  case punctuation(SplitBehavior)
  case digits(isIndividual: Bool)
  case pattern(TokenizerPattern, SplitBehavior, isInverted: Bool)
  case bytes(addsSpace: Bool, pattern: TokenizerPattern?)
  case metaspace(Unicode.Scalar, Prefix, splits: Bool)

  /// When a mark of a space is put before a piece.
  enum Prefix: String {
    case always, first, never
  }

  /// GPT-2's words.
  private static let wordPattern =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// Reads one; refuses an unknown one by name.
  init(_ json: TokenizerJSON, _ place: String) throws {
    let fields = try TokenizerFields(json, place)
    let type = try fields.type
    switch type {
    case "Sequence":
      self = .sequence(try fields.list("pretokenizers").map { try Self($0, place) })
    case "BertPreTokenizer": self = .bert
    case "Whitespace": self = .words
    case "WhitespaceSplit": self = .whitespace
    case "Punctuation":
      self = .punctuation(try Self.behavior(fields, "Isolated"))
    case "Digits": self = .digits(isIndividual: try fields.flag("individual_digits", false))
    case "CharDelimiterSplit":
      self = .pattern(
        TokenizerPattern(text: try fields.text("delimiter")), .removed, isInverted: false)
    case "Split":
      guard let pattern = fields.json["pattern"] else { throw fields.failure("pattern", "given") }
      self = .pattern(
        try TokenizerPattern(pattern, place), try Self.behavior(fields, nil),
        isInverted: try fields.flag("invert", false))
    case "ByteLevel":
      let pattern = TokenizerJSON.object([.init(name: "Regex", value: .string(Self.wordPattern))])
      self = .bytes(
        addsSpace: try fields.flag("add_prefix_space", true),
        pattern: try fields.flag("use_regex", true) ? TokenizerPattern(pattern, place) : nil)
    case "Metaspace":
      let mark = Array(try fields.text("replacement").unicodeScalars)
      guard mark.count == 1 else { throw fields.failure("replacement", "one character") }
      let usual = try fields.flag("add_prefix_space", true) ? Prefix.always : .never
      let scheme = try fields.text("prepend_scheme", usual.rawValue)
      guard let prefix = Prefix(rawValue: scheme) else { throw fields.unknown(scheme) }
      self = .metaspace(mark[0], prefix, splits: try fields.flag("split", true))
    default: throw fields.unknown(type)
    }
  }

  private static func behavior(_ fields: TokenizerFields, _ usual: String?) throws -> SplitBehavior
  {
    let name = try fields.text("behavior", usual)
    // Some writers spell it with small letters.
    let spelled = name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
    guard let behavior = SplitBehavior(rawValue: spelled.joined()) else {
      throw fields.unknown(name)
    }
    return behavior
  }

  /// The pieces of a piece; empty ones are left out.
  func pieces(of text: AlignedText) throws -> [AlignedText] {
    try ranged(text).filter { !$0.isEmpty }
  }

  private func ranged(_ text: AlignedText) throws -> [AlignedText] {
    var text = text
    func split(_ behavior: SplitBehavior, _ isMatch: (Unicode.Scalar) -> Bool) -> [AlignedText] {
      let matches = text.scalars.indices.filter { isMatch(text.scalars[$0]) }.map { $0..<$0 + 1 }
      return behavior.pieces(matches, of: text.count).map { text[$0] }
    }
    switch self {
    case .sequence(let all):
      return try all.reduce([text]) { pieces, one in try pieces.flatMap(one.pieces) }
    case .bert:
      return split(.removed, \.properties.isWhitespace).flatMap { piece in
        let matches = piece.scalars.indices.filter { Self.isPunctuation(piece.scalars[$0]) }
        return SplitBehavior.isolated.pieces(matches.map { $0..<$0 + 1 }, of: piece.count)
          .map { piece[$0] }
      }
    case .words:
      return split(.removed, \.properties.isWhitespace).flatMap { piece in
        let words = piece.scalars.indices.filter { Self.isWord(piece.scalars[$0]) }
        return SplitBehavior.contiguous.pieces(words.map { $0..<$0 + 1 }, of: piece.count)
          .map { piece[$0] }
      }
    case .whitespace: return split(.removed, \.properties.isWhitespace)
    case .punctuation(let behavior): return split(behavior, Self.isPunctuation)
    case .digits(let isIndividual):
      return split(isIndividual ? .isolated : .contiguous) {
        [.decimalNumber, .letterNumber, .otherNumber].contains($0.properties.generalCategory)
      }
    case .pattern(let pattern, let behavior, let isInverted):
      return behavior.pieces(
        try pattern.matches(in: text), of: text.count, inverted: isInverted
      ).map { text[$0] }
    case .bytes(let addsSpace, let pattern):
      if addsSpace, text.scalars.first != " " { text.prepend([" "]) }
      let ranges =
        try pattern.map { try SplitBehavior.isolated.pieces($0.matches(in: text), of: text.count) }
        ?? [0..<text.count]
      return ranges.map {
        var piece = text[$0]
        ByteAlphabet.apply(to: &piece)
        return piece
      }
    case .metaspace(let mark, let prefix, let splits):
      try text.replace(
        text.scalars.indices.filter { text.scalars[$0] == " " }.map { $0..<$0 + 1 }, by: [mark])
      let isPrefixed = prefix == .always || prefix == .first && text.start == 0
      if isPrefixed, text.scalars.first != mark { text.prepend([mark]) }
      return splits ? split(.mergedWithNext) { $0 == mark } : [text]
    }
  }

  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    default: break
    }
    switch TokenizerNormalizer.category(scalar) {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// What regular expressions call `\w`.
  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic || scalar.properties.isJoinControl { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      return true
    default: return false
    }
  }
}
