/// The longest token of the vocabulary, again and again; a word that cannot be taken apart so is unknown.
///
/// - Reference: Schuster and Nakajima 2012, *Japanese and Korean Voice Search* (`schuster2012japanese`).
struct WordPieceModel: TokenizerModel {
  let vocabulary: TokenizerVocabulary
  private let unknown: String
  private let prefix: [UInt8]
  private let characterLimit: Int
  private let longest: Int

  init(
    vocabulary: TokenizerVocabulary, unknown: String = "[UNK]", prefix: String = "##",
    characterLimit: Int = 100
  ) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.prefix = Array(prefix.utf8)
    self.characterLimit = characterLimit
    longest = vocabulary.ids.keys.map(\.count).max() ?? 0
  }

  init(_ fields: TokenizerFields) throws {
    self.init(
      vocabulary: try TokenizerVocabulary(fields.members("vocab"), fields.place),
      unknown: try fields.text("unk_token", "[UNK]"),
      prefix: try fields.text("continuing_subword_prefix", "##"),
      characterLimit: try fields.number("max_input_chars_per_word", 100))
  }

  func tokens(of piece: [UInt8]) throws -> [PieceToken] {
    let ends = piece.indices.filter { piece[$0] & 0xC0 != 0x80 } + [piece.count]
    guard ends.count - 1 <= characterLimit else { return try unknown(piece) }
    var result: [PieceToken] = []
    var start = 0
    while start + 1 < ends.count {
      let head = start > 0 ? prefix : []
      let last = min(ends.count - 1, start + longest)
      guard last > start else { return try unknown(piece) }
      let found = (start + 1...last).reversed().lazy.compactMap { end in
        vocabulary[head + piece[ends[start]..<ends[end]]].map { (end, $0) }
      }.first
      guard let (end, id) = found else { return try unknown(piece) }
      result.append(PieceToken(id: id, bytes: ends[start]..<ends[end]))
      start = end
    }
    return result
  }

  private func unknown(_ piece: [UInt8]) throws -> [PieceToken] {
    guard let id = vocabulary[unknown] else {
      throw InterpretabilityError(
        .invalidFile,
        "the tokenizer knows no token for “\(String(decoding: piece, as: UTF8.self).prefix(40))”, "
          + "and its unknown token “\(unknown)” is not in its vocabulary")
    }
    return [PieceToken(id: id, bytes: 0..<piece.count)]
  }
}
