/// What a tokenizer does to a text before it takes it apart.
indirect enum TokenizerNormalizer {
  case sequence([TokenizerNormalizer])
  case form(NormalizationForm)
  case lowercase
  case stripAccents
  case strip(left: Bool, right: Bool)
  case replace(TokenizerPattern, by: [Unicode.Scalar])
  case prepend([Unicode.Scalar])
  case bert(cleans: Bool, isolatesChinese: Bool, stripsAccents: Bool, lowercases: Bool)
  case characterMap(CharacterMap)
  case nmt
  case bytes

  /// Reads one; refuses an unknown one by name.
  init(_ json: TokenizerJSON, _ place: String) throws {
    let fields = try TokenizerFields(json, place)
    let type = try fields.type
    switch type {
    case "Sequence":
      self = .sequence(try fields.list("normalizers").map { try Self($0, place) })
    case "NFC", "NFD", "NFKC", "NFKD":
      guard let form = NormalizationForm(rawValue: type) else { throw fields.unknown(type) }
      self = .form(form)
    case "Lowercase": self = .lowercase
    case "StripAccents": self = .stripAccents
    case "Strip":
      self = .strip(
        left: try fields.flag("strip_left", true), right: try fields.flag("strip_right", true))
    case "Replace":
      guard let pattern = fields.json["pattern"] else { throw fields.failure("pattern", "given") }
      self = .replace(
        try TokenizerPattern(pattern, place), by: Array(try fields.text("content").unicodeScalars))
    case "Prepend": self = .prepend(Array(try fields.text("prepend").unicodeScalars))
    case "BertNormalizer":
      let lowercases = try fields.flag("lowercase", true)
      self = .bert(
        cleans: try fields.flag("clean_text", true),
        isolatesChinese: try fields.flag("handle_chinese_chars", true),
        stripsAccents: try fields.flag("strip_accents", lowercases), lowercases: lowercases)
    case "Precompiled":
      self = .characterMap(
        try CharacterMap(base64: fields.text("precompiled_charsmap"), place))
    case "Nmt": self = .nmt
    case "ByteLevel": self = .bytes
    default: throw fields.unknown(type)
    }
  }

  /// Normalizes a text.
  func apply(to text: inout AlignedText) throws {
    switch self {
    case .sequence(let all): for one in all { try one.apply(to: &text) }
    case .form(let form): form.apply(to: &text)
    case .lowercase: Self.lowercase(&text)
    case .stripAccents:
      text.filter {
        ![.nonspacingMark, .spacingMark, .enclosingMark].contains(Self.category($0))
      }
    case .strip(let left, let right): text.strip(left: left, right: right)
    case .replace(let pattern, let content):
      try text.replace(pattern.matches(in: text), by: content)
    case .prepend(let content):
      try AlignedText.requireRoom(text.count + content.count)
      text.prepend(content)
    case .bert(let cleans, let isolatesChinese, let stripsAccents, let lowercases):
      if cleans {
        text.filter { $0.value != 0 && $0.value != 0xFFFD && !Self.isControl($0) }
        text.map { $0.properties.isWhitespace ? " " : $0 }
      }
      if isolatesChinese {
        text.transform(
          text.scalars.flatMap { scalar -> [(scalar: Unicode.Scalar, change: Int)] in
            Self.isChinese(scalar) ? [(" ", 0), (scalar, 1), (" ", 1)] : [(scalar, 0)]
          })
      }
      if stripsAccents {
        NormalizationForm.decomposed.apply(to: &text)
        text.filter { Self.category($0) != .nonspacingMark }
      }
      if lowercases { Self.lowercase(&text) }
    case .characterMap(let map): try map.apply(to: &text)
    case .nmt: Self.nmt(&text)
    case .bytes:
      try AlignedText.requireRoom(4 * text.count)
      ByteAlphabet.apply(to: &text)
    }
  }

  private static func lowercase(_ text: inout AlignedText) {
    text.transform(
      text.scalars.flatMap { scalar in
        scalar.properties.lowercaseMapping.unicodeScalars.enumerated()
          .map { ($1, $0 == 0 ? 0 : 1) }
      })
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    ![0x09, 0x0A, 0x0D].contains(scalar.value)
      && [.control, .format, .privateUse, .surrogate].contains(category(scalar))
  }

  /// A category as the tables of Unicode 8 have it, by which these tokenizers go.
  static func category(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
    guard let age = scalar.properties.age, age.major <= 8 else { return .unassigned }
    return scalar.properties.generalCategory
  }

  private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  private static func nmt(_ text: inout AlignedText) {
    text.filter {
      switch $0.value {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: false
      default: true
      }
    }
    text.map {
      switch $0.value {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
        " "
      default: $0
      }
    }
  }
}
