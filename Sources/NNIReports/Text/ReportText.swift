public import NNIModels

/// A text with what the network says of it and what its words count.
public struct ReportText: Sendable, Hashable {
  /// One method's values of the tokens.
  public struct Map: Sendable, Hashable {
    /// The method's name.
    public var title: String
    /// A value for each token.
    public var values: [Double]
    /// The unit of the values.
    public var unit: String
    /// Score and sum, for methods whose values should sum to something.
    public var ledger: ReportLedger?
    /// Every option of the run.
    public var options: [ReportFact]
    /// What a reader must know before trusting the values.
    public var warnings: [String]
    /// Whether values speak for and against something; those that do not are sizes, such as deviations.
    public var isSigned: Bool

    /// Describes a map.
    public init(
      title: String, values: [Double], unit: String = "logit", ledger: ReportLedger? = nil,
      options: [ReportFact] = [], warnings: [String] = [], isSigned: Bool = true
    ) {
      self.title = title
      self.values = values
      self.unit = unit
      self.ledger = ledger
      self.options = options
      self.warnings = warnings
      self.isSigned = isSigned
    }
  }

  /// A piece of the text in its colour: a word, what stands between words, or a special token.
  public struct Part: Sendable {
    /// What is shown.
    public let text: String
    /// The sum over the word's tokens; `nil` between words.
    public let value: Double?
    /// The tokens; none between words.
    public let tokens: Range<Int>
    /// Whether it is a token that stands for no words.
    public let isSpecial: Bool

    /// Whether it is a part of the text that no token stands for, such as what was cut.
    public var isLeftOut: Bool {
      value == nil && text.unicodeScalars.contains { !$0.properties.isWhitespace }
    }
  }

  /// What pages call it.
  public var name: String
  /// The text and its tokens.
  public var text: Tokenization
  /// What the network says.
  public var predictions: [ReportPrediction]
  /// What is explained, in words.
  public var target: String
  /// The maps, in the order of the methods.
  public var maps: [Map]

  /// Describes a text.
  public init(
    name: String, text: Tokenization, predictions: [ReportPrediction], target: String, maps: [Map]
  ) {
    self.name = name
    self.text = text
    self.predictions = predictions
    self.target = target
    self.maps = maps
  }

  /// The text in parts, with the values of a map: words with the sums over their tokens, what stands between
  /// them, and special tokens.
  public func parts(_ map: Map) -> [Part] {
    var result: [Part] = []
    var place = 0
    let end = text.text.unicodeScalars.count
    func fill(to lower: Int) {
      guard lower > place else { return }
      result.append(
        Part(text: text.text(of: place..<lower), value: nil, tokens: 0..<0, isSpecial: false))
      place = lower
    }
    for word in text.words {
      let tokens = text.tokens[word]
      let value = map.values[word].reduce(0, +)
      let ranges = tokens.map(\.range).filter { !$0.isEmpty }
      guard let first = ranges.first, let last = ranges.last else {
        // An added token, or one without a place in the text.
        let isSpecial = tokens.contains(where: \.isSpecial)
        if isSpecial || value != 0 {
          result.append(
            Part(
              text: tokens.map(\.text).joined(), value: value, tokens: word, isSpecial: isSpecial))
        }
        continue
      }
      // White space that a token has at its beginning stands between words.
      var lower = max(first.lowerBound, place)
      let upper = max(last.upperBound, lower)
      let own = Array(text.text(of: lower..<upper).unicodeScalars)
      lower += min(own.prefix { $0.properties.isWhitespace }.count, max(own.count - 1, 0))
      fill(to: lower)
      result.append(
        Part(
          text: text.text(of: lower..<upper), value: value, tokens: word,
          isSpecial: tokens.contains(where: \.isSpecial)))
      place = upper
    }
    fill(to: end)
    return result
  }

  /// The value that takes the colour at the end of the scale: the largest magnitude of words and tokens that are
  /// not special.
  public func limit(_ map: Map) -> Double {
    let words = parts(map).filter { !$0.isSpecial }.compactMap(\.value)
    let tokens = zip(text.tokens, map.values).filter { !$0.0.isSpecial }.map(\.1)
    return (words + tokens).map(abs).max() ?? 0
  }
}
