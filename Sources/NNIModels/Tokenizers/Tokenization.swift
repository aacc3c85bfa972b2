/// A text as tokens.
public struct Tokenization: Sendable, Hashable {
  /// A token.
  public struct Token: Sendable, Hashable {
    /// Its number in the vocabulary.
    public let id: Int
    /// How the vocabulary writes it, such as `##ing` or `Ġthe`.
    public let text: String
    /// Where it is in the text, in code points; empty for what the tokenizer adds.
    public var range: Range<Int>
    /// Which segment it belongs to: what BERT's `token_type_ids` take.
    public var type: Int
    /// The number of the piece that it is a part of: tokens of one word have the same; `nil` for what the
    /// tokenizer adds.
    public let word: Int?
    /// Whether it is one such as `[CLS]`, which stands for no words.
    public let isSpecial: Bool
    /// What an added token took from the text, white space included, where it is not what it is called.
    var matched: String?
  }

  /// The text.
  public let text: String
  /// Its tokens, with those that the tokenizer adds.
  public let tokens: [Token]

  /// The numbers that a network takes.
  public var ids: [Int] { tokens.map(\.id) }

  /// The text at a token's place.
  public func text(of range: Range<Int>) -> String {
    let scalars = text.unicodeScalars
    guard
      let lower = scalars.index(
        scalars.startIndex, offsetBy: range.lowerBound, limitedBy: scalars.endIndex),
      let upper = scalars.index(lower, offsetBy: range.count, limitedBy: scalars.endIndex)
    else { return "" }
    return String(scalars[lower..<upper])
  }

  /// Tokens that make up one word, in their order; special ones stand alone.
  public var words: [Range<Int>] {
    let scalars = Array(text.unicodeScalars)
    var result: [Range<Int>] = []
    for (index, token) in tokens.enumerated() {
      guard index > 0, let last = result.indices.last, !token.isSpecial,
        !tokens[index - 1].isSpecial, tokens[index - 1].word == token.word,
        !hasSpace(scalars, tokens[index - 1].range, token.range)
      else {
        result.append(index..<index + 1)
        continue
      }
      result[last] = result[last].lowerBound..<index + 1
    }
    return result
  }

  /// Whether white space stands between two tokens.
  private func hasSpace(
    _ scalars: [Unicode.Scalar], _ first: Range<Int>, _ second: Range<Int>
  ) -> Bool {
    let start = max(first.upperBound - 1, 0)
    let end = min(second.lowerBound + 1, scalars.count)
    return start < end && scalars[start..<end].contains { $0.properties.isWhitespace }
  }
}
