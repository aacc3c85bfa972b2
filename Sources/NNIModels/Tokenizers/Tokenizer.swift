public import Foundation

/// How a network of text writes words as numbers: the `tokenizer.json` of Hugging Face's tokenizers, or a
/// BERT's `vocab.txt`.
///
/// ```swift
/// let tokenizer = try Tokenizer(contentsOf: URL(filePath: "tokenizer.json"))
/// let sentence = try tokenizer.tokenized("A good film.")
/// sentence.ids                                 // [101, 1037, 2204, 2143, 1012, 102]
/// sentence.tokens[1].range                     // 0..<1
/// ```
///
/// Models WordPiece, BPE (of bytes, or of characters with a mark for spaces) and Unigram, with their
/// normalizers, pre-tokenizers, post-processors and added tokens. Ids and offsets are those of the Python
/// package `tokenizers`, but for the random parts of training (dropout), which are refused, as is every part
/// that is not known, by its name. Texts are single: pairs are not joined.
public struct Tokenizer: Sendable {
  /// Where tokens are cut, and which side is kept.
  struct Truncation {
    let length: Int
    let keepsEnd: Bool
  }

  /// With what short texts are filled up.
  public struct Padding: Sendable, Hashable {
    /// The id of the token.
    public let id: Int
    /// The segment that it has.
    public let type: Int
    /// How the vocabulary writes it.
    public let text: String
    /// Whether it stands before the text.
    public let isLeft: Bool
  }

  private let parts: Parts
  /// With what short texts are filled up; `nil` where neither the file nor a token such as `[PAD]` tells.
  public let padding: Padding?
  /// To how many tokens the file wants a text filled up; 0 where it does not say.
  public let paddedCount: Int
  /// SHA-256 of the file, in hexadecimal.
  public let digest: String

  // NB: none of its parts changes; the regular expressions are marked where they are kept.
  private struct Parts: @unchecked Sendable {
    var normalizer: TokenizerNormalizer?
    var preTokenizer: PreTokenizer?
    let model: any TokenizerModel
    var postProcessor: TokenPostProcessor = .nothing
    let added: AddedTokens
    var truncation: Truncation?
    let texts: [Int: String]
  }

  /// The most code points of a text.
  public static let textLimit = 200_000
  private static let sizeLimit = 256 << 20

  /// Opens a `tokenizer.json`, or a list of WordPiece tokens, one a line: `vocab.txt`.
  ///
  /// - Throws: ``InterpretabilityError`` that names the file and the part that is wrong or not known.
  public init(contentsOf url: URL) throws {
    let size = try ModelFile.size(of: url)
    guard size <= Self.sizeLimit else {
      throw InterpretabilityError(
        .invalidFile, "\(url.path) has \(size) bytes, too many for a tokenizer")
    }
    let data = try ModelFile.mapped(url)
    let digest = ModelFile.digest(of: data)
    if url.pathExtension == "txt" {
      try self.init(list: [UInt8](data), place: url.lastPathComponent, digest: digest)
    } else {
      try self.init([UInt8](data), place: url.lastPathComponent, digest: digest)
    }
  }

  /// Reads the bytes of a `tokenizer.json`.
  init(_ bytes: [UInt8], place: String, digest: String = "") throws {
    self.digest = digest
    let fields = try TokenizerFields(TokenizerJSON(bytes, place), place)
    let normalizer = try fields.json["normalizer"].map {
      try TokenizerNormalizer($0, "\(place), “normalizer”")
    }
    let added = try AddedTokens(
      fields.list("added_tokens", []), normalizer, "\(place), “added_tokens”")
    let model = try Self.model(fields.object("model"))
    parts = Parts(
      normalizer: normalizer,
      preTokenizer: try fields.json["pre_tokenizer"].map {
        try PreTokenizer($0, "\(place), “pre_tokenizer”")
      }, model: model,
      postProcessor: try fields.json["post_processor"].map {
        try TokenPostProcessor($0, "\(place), “post_processor”")
      } ?? .nothing, added: added, truncation: try Self.truncation(fields),
      texts: Self.texts(model, added))
    (padding, paddedCount) = try Self.padding(fields, model, added)
  }

  /// Reads the bytes of a list of tokens.
  init(list bytes: [UInt8], place: String, digest: String = "") throws {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InterpretabilityError(.invalidFile, "\(place) is no UTF-8 text")
    }
    var lines = text.unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false
    ).map { line -> String in
      String(line.last == "\r" ? line.dropLast() : line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    let vocabulary = try TokenizerVocabulary(lines, place)
    guard let first = vocabulary["[CLS]"], let last = vocabulary["[SEP]"],
      vocabulary["[UNK]"] != nil
    else {
      throw InterpretabilityError(
        .invalidFile,
        "\(place) is no list of WordPiece tokens: it lacks [UNK], [CLS] or [SEP]; give tokenizer.json"
      )
    }
    // A vocabulary without capitals belongs to a network that reads small letters.
    let hasCapitals = lines.contains { line in
      !line.hasPrefix("[") && line.unicodeScalars.contains { $0.properties.isUppercase }
    }
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].compactMap { token in
      vocabulary[token].map {
        TokenizerJSON.object([
          .init(name: "id", value: .number(Double($0))),
          .init(name: "content", value: .string(token)),
          .init(name: "special", value: .bool(true)),
        ])
      }
    }
    let added = try AddedTokens(special, nil, place)
    let model = WordPieceModel(vocabulary: vocabulary)
    parts = Parts(
      normalizer: .bert(
        cleans: true, isolatesChinese: true, stripsAccents: !hasCapitals, lowercases: !hasCapitals),
      preTokenizer: .bert, model: model,
      postProcessor: .template([
        .special([(first, "[CLS]")], type: 0), .text(type: 0), .special([(last, "[SEP]")], type: 0),
      ]), added: added, texts: Self.texts(model, added))
    padding = Self.usualPadding(model, added)
    paddedCount = 0
    self.digest = digest
  }

  /// A text as tokens.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - most: How many tokens there may be, with those around the text; what the file says holds, too.
  /// - Returns: The tokens with those that the file wants around a text, and without those that fill up.
  /// - Throws: ``InterpretabilityError`` when the text is too long, or holds what the vocabulary cannot write.
  public func tokenized(_ text: String, most: Int = .max) throws -> Tokenization {
    let scalars = Array(text.unicodeScalars)
    guard scalars.count <= Self.textLimit else {
      throw InterpretabilityError(
        .invalidInput,
        "the text has \(scalars.count) characters; at most \(Self.textLimit) are tokenized")
    }
    var tokens: [Tokenization.Token] = []
    var word = 0
    for (part, entry) in try pieces(AlignedText(scalars)) {
      defer { word += 1 }
      if let entry {
        tokens.append(
          .init(
            id: entry.id, text: entry.content, range: part.source(of: 0..<part.count), type: 0,
            word: word, isSpecial: entry.isSpecial, matched: part.text))
        continue
      }
      let bytes = Array(part.text.utf8)
      // Which code point each byte belongs to.
      let places = part.scalars.enumerated().flatMap { repeatElement($0, count: UTF8.width($1)) }
      for token in try parts.model.tokens(of: bytes) {
        // NB: bytes of a prefix that the model adds count, too.
        let bytes = token.bytes.clamped(to: 0..<places.count)
        let range =
          bytes.isEmpty ? 0..<0 : places[bytes.lowerBound]..<places[bytes.upperBound - 1] + 1
        tokens.append(
          .init(
            id: token.id, text: parts.texts[token.id] ?? "", range: part.source(of: range),
            type: 0, word: word, isSpecial: false))
      }
    }
    let limit = min(most, parts.truncation?.length ?? .max)
    let count = max(limit - parts.postProcessor.addedCount, 0)
    if count < tokens.count {
      tokens = Array(keepsEnd ? tokens.suffix(count) : tokens.prefix(count))
    }
    return Tokenization(text: text, tokens: parts.postProcessor.apply(to: tokens))
  }

  /// Whether of a text that is too long the end is kept.
  public var keepsEnd: Bool { parts.truncation?.keepsEnd ?? false }

  /// How many tokens are put around a text.
  public var addedCount: Int { parts.postProcessor.addedCount }

  /// How the vocabulary writes an id; `nil` where it has none.
  public func text(of id: Int) -> String? { parts.texts[id] }

  /// The number of tokens, counting from 0 to the highest id.
  public var vocabularyCount: Int { (parts.texts.keys.max() ?? -1) + 1 }

  /// The ids of tokens that stand for no words.
  public var specialIDs: [Int] {
    Set(parts.added.entries.filter(\.isSpecial).map(\.id)).sorted()
  }

  /// The id of a token that stands for nothing known, to put in another one's place.
  public var replacementID: Int? {
    let names = ["[MASK]", "<mask>", "[UNK]", "<unk>", "[PAD]", "<pad>"]
    return names.lazy.compactMap { id(of: $0) }.first ?? padding?.id
  }

  private func id(of token: String) -> Int? { Self.id(token, parts.model, parts.added) }

  private func pieces(
    _ text: AlignedText
  ) throws -> [(AlignedText, AddedTokens.Entry?)] {
    var result: [(AlignedText, AddedTokens.Entry?)] = []
    for (raw, entry) in parts.added.parts(of: text, normalized: false) {
      if entry != nil {
        result.append((raw, entry))
        continue
      }
      var normalized = raw
      try parts.normalizer?.apply(to: &normalized)
      for (part, entry) in parts.added.parts(of: normalized, normalized: true)
      where !part.isEmpty {
        if entry != nil {
          result.append((part, entry))
        } else if let preTokenizer = parts.preTokenizer {
          result += try preTokenizer.pieces(of: part).map { ($0, nil) }
        } else {
          result.append((part, nil))
        }
      }
    }
    return result
  }
}

/// Reading.
extension Tokenizer {
  private static func model(_ fields: TokenizerFields) throws -> any TokenizerModel {
    // Old files leave the type out.
    let usual: String
    if case .array? = fields.json["vocab"] {
      usual = "Unigram"
    } else {
      usual = fields.json["merges"] == nil ? "WordPiece" : "BPE"
    }
    let type = try fields.text("type", usual)
    switch type {
    case "WordPiece": return try WordPieceModel(fields)
    case "BPE": return try BytePairModel(fields)
    case "Unigram": return try UnigramModel(fields)
    default: throw fields.unknown(type)
    }
  }

  private static func truncation(_ fields: TokenizerFields) throws -> Truncation? {
    guard fields.json["truncation"] != nil else { return nil }
    let truncation = try fields.object("truncation")
    return Truncation(
      length: try truncation.number("max_length"),
      keepsEnd: try truncation.text("direction", "Right").lowercased() == "left")
  }

  private static func padding(
    _ fields: TokenizerFields, _ model: any TokenizerModel, _ added: AddedTokens
  ) throws -> (Padding?, Int) {
    guard fields.json["padding"] != nil else { return (usualPadding(model, added), 0) }
    let padding = try fields.object("padding")
    var count = 0
    if case .object? = padding.json["strategy"] {
      count = try padding.object("strategy").number("Fixed", 0)
    }
    return (
      Padding(
        id: try padding.number("pad_id", 0), type: try padding.number("pad_type_id", 0),
        text: try padding.text("pad_token", "[PAD]"),
        isLeft: try padding.text("direction", "Right").lowercased() == "left"), count
    )
  }

  private static func usualPadding(
    _ model: any TokenizerModel, _ added: AddedTokens
  ) -> Padding? {
    ["[PAD]", "<pad>", "<|padding|>", "<|endoftext|>"].lazy.compactMap { text in
      id(text, model, added).map { Padding(id: $0, type: 0, text: text, isLeft: false) }
    }.first
  }

  private static func id(
    _ token: String, _ model: any TokenizerModel, _ added: AddedTokens
  ) -> Int? {
    added.entries.last { Array($0.content.utf8) == Array(token.utf8) }?.id
      ?? model.vocabulary[token]
  }

  private static func texts(_ model: any TokenizerModel, _ added: AddedTokens) -> [Int: String] {
    var texts: [Int: String] = [:]
    for (token, id) in model.vocabulary.ids { texts[id] = String(decoding: token, as: UTF8.self) }
    for entry in added.entries { texts[entry.id] = entry.content }
    return texts
  }
}
