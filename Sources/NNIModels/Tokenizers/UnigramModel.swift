/// The most probable sequence of tokens, each with a probability of its own.
///
/// - Reference: Kudo 2018, *Subword Regularization* (`kudo2018subword`), section 3.2; the tokens of SentencePiece.
struct UnigramModel: TokenizerModel {
  let vocabulary: TokenizerVocabulary
  private let scores: [Double]
  private let unknown: Int?
  private let fallsBackToBytes: Bool
  private let lowest: Double
  private let trie: SymbolTrie

  /// What an unknown character costs beyond the least probable token.
  private static let penalty = 10.0

  init(_ fields: TokenizerFields) throws {
    var tokens: [String] = []
    var scores: [Double] = []
    for entry in try fields.list("vocab") {
      guard case .array(let pair) = entry, pair.count == 2, case .string(let token) = pair[0],
        case .number(let score) = pair[1]
      else {
        throw InterpretabilityError(
          .invalidFile, "\(fields.place): entry \(tokens.count) is no token with a number")
      }
      tokens.append(token)
      scores.append(score)
    }
    vocabulary = try TokenizerVocabulary(tokens, fields.place)
    self.scores = scores
    unknown = fields.json["unk_id"] == nil ? nil : try fields.number("unk_id")
    if let unknown, unknown >= scores.count {
      throw fields.failure("unk_id", "an entry of “vocab”")
    }
    fallsBackToBytes = try fields.flag("byte_fallback", false)
    lowest = scores.min() ?? 0
    var trie = SymbolTrie()
    for (key, id) in vocabulary.ids where !key.isEmpty { trie.insert(key.lazy.map(Int.init), id) }
    self.trie = trie
  }

  func tokens(of piece: [UInt8]) throws -> [PieceToken] {
    var result: [PieceToken] = []
    for range in try best(piece) {
      if let id = vocabulary[piece[range]] {
        result.append(PieceToken(id: id, bytes: range))
      } else if fallsBackToBytes, let bytes = vocabulary.byteTokens(piece[range]) {
        result += bytes.map { PieceToken(id: $0, bytes: range) }
      } else {
        result.append(PieceToken(id: try required(piece), bytes: range))
      }
    }
    return result
  }

  private func required(_ piece: [UInt8]) throws -> Int {
    guard let unknown else {
      throw InterpretabilityError(
        .invalidFile,
        "the tokenizer has no token for a character of “\(String(decoding: piece, as: UTF8.self).prefix(40))”"
          + " and no unknown token, “unk_id”")
    }
    return unknown
  }

  private struct Node {
    var id = -1
    var score = 0.0
    var start = -1
  }

  /// The best path; neighbouring unknown characters are one part.
  private func best(_ piece: [UInt8]) throws -> [Range<Int>] {
    var nodes = [Node](repeating: Node(), count: piece.count + 1)
    func reach(_ end: Int, from start: Int, _ id: Int, _ score: Double) {
      let total = nodes[start].score + score
      if nodes[end].start < 0 || total > nodes[end].score {
        nodes[end] = Node(id: id, score: total, start: start)
      }
    }
    var start = 0
    while start < piece.count {
      var width = 1
      while start + width < piece.count, piece[start + width] & 0xC0 == 0x80 { width += 1 }
      var hasCharacter = false
      var end = start
      var node = SymbolTrie.root
      while end < piece.count, let next = trie.next(node, Int(piece[end])) {
        (node, end) = (next, end + 1)
        guard let id = trie.value(node) else { continue }
        reach(end, from: start, id, scores[id])
        if end == start + width { hasCharacter = true }
      }
      if !hasCharacter {
        reach(start + width, from: start, try required(piece), lowest - Self.penalty)
      }
      start += width
    }
    var result: [Range<Int>] = []
    var end = piece.count
    var followsUnknown = false
    while end > 0 {
      let node = nodes[end]
      let isUnknown = node.id == unknown
      if isUnknown, followsUnknown, let last = result.indices.last {
        result[last] = node.start..<result[last].upperBound
      } else {
        result.append(node.start..<end)
      }
      followsUnknown = isUnknown
      end = node.start
    }
    return result.reversed()
  }
}
