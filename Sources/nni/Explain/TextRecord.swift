import NNIReports
import NNInterpretability

/// A text and its values as `tokens.json` has them.
struct TextRecord: Encodable {
  struct Token: Encodable {
    let id: Int
    /// How the vocabulary writes it.
    let token: String
    /// Where it is in the text, in code points.
    let start: Int
    let end: Int
    let isSpecial: Bool
    /// Which of the words it belongs to.
    let word: Int
  }

  struct Map: Encodable {
    let method: String
    let options: [String: String]
    /// One for each token.
    let values: [Double]
    /// One for each word: the sums over their tokens.
    let words: [Double]
    let score: Double?
    let reference: Double?
    let residual: Double?
    /// What is not in the values, by what keeps it, as the page shows it.
    let kept: [String: String]
  }

  let text: String
  let target: String
  let tokens: [Token]
  let maps: [Map]

  init(_ text: ReportText) {
    self.text = text.text.text
    target = text.target
    let words = text.text.words
    tokens = words.enumerated().flatMap { word, range in
      text.text.tokens[range].map {
        Token(
          id: $0.id, token: $0.text, start: $0.range.lowerBound, end: $0.range.upperBound,
          isSpecial: $0.isSpecial, word: word)
      }
    }
    maps = text.maps.map { map in
      Map(
        method: map.title,
        options: Dictionary(map.options.map { ($0.name, $0.value) }) { first, _ in first },
        values: map.values, words: words.map { map.values[$0].reduce(0, +) },
        score: map.ledger?.score, reference: map.ledger?.reference,
        residual: map.ledger?.residual,
        kept: Dictionary(
          (map.ledger?.parts ?? []).map { (String($0.name.drop { "– ".contains($0) }), $0.value) }
        ) { first, _ in first })
    }
  }
}
