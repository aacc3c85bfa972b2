/// A piece of a text while it is normalized: each code point knows which part of the text it came from.
///
/// A change is a list of code points, each with the number of old ones that it stands for: 0 for one, 1 for
/// none (it is inserted), −n for n more. Offsets so are those of Hugging Face's tokenizers.
struct AlignedText {
  /// What the piece is now.
  private(set) var scalars: [Unicode.Scalar]
  /// From where each came, in code points of the text.
  private(set) var sources: [Range<Int>]
  /// Where the piece began.
  let start: Int

  /// A whole text.
  init(_ scalars: [Unicode.Scalar]) {
    self.scalars = scalars
    sources = scalars.indices.map { $0..<$0 + 1 }
    start = 0
  }

  private init(_ piece: AlignedText, _ range: Range<Int>) {
    scalars = Array(piece.scalars[range])
    sources = Array(piece.sources[range])
    start = sources.first?.lowerBound ?? piece.start
  }

  /// A part of it.
  subscript(range: Range<Int>) -> AlignedText { AlignedText(self, range) }

  /// The most code points that a text may become.
  private static let limit = 4_000_000

  /// Throws where a tokenizer's file makes a text grow without end.
  static func requireRoom(_ count: Int) throws {
    guard count <= limit else {
      throw InterpretabilityError(
        .unsupported, "the tokenizer makes more than \(limit) characters of the text")
    }
  }

  var count: Int { scalars.count }
  var isEmpty: Bool { scalars.isEmpty }

  /// It as text.
  var text: String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// Where its part came from.
  func source(of range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return start..<start }
    let lower = sources[range.lowerBound].lowerBound
    return lower..<max(lower, sources[range.upperBound - 1].upperBound)
  }

  /// Replaces a part; `removed` old code points are taken away before the first new one.
  mutating func transform(
    _ range: Range<Int>, _ changes: [(scalar: Unicode.Scalar, change: Int)], removed: Int = 0
  ) {
    var place = range.lowerBound + removed
    var origins: [Range<Int>] = []
    for (_, change) in changes {
      if change > 0 {
        origins.append(place < 1 ? start..<start : sources[min(place, sources.count) - 1])
      } else {
        // NB: a character map may take away the first code points without saying so; the last one then
        // stands for what is missing.
        origins.append(
          place < sources.count ? sources[place] : sources.last ?? start..<start)
        place += 1 - change
      }
    }
    scalars.replaceSubrange(range, with: changes.map(\.scalar))
    sources.replaceSubrange(range, with: origins)
  }

  mutating func transform(_ changes: [(scalar: Unicode.Scalar, change: Int)]) {
    transform(0..<count, changes)
  }

  /// Keeps some.
  mutating func filter(_ keeps: (Unicode.Scalar) -> Bool) {
    let kept = scalars.indices.filter { keeps(scalars[$0]) }
    guard kept.count < count else { return }
    sources = kept.map { sources[$0] }
    scalars = kept.map { scalars[$0] }
  }

  /// Puts others in their places.
  mutating func map(_ change: (Unicode.Scalar) -> Unicode.Scalar) {
    for index in scalars.indices { scalars[index] = change(scalars[index]) }
  }

  /// Puts a text before it, if it is not empty.
  mutating func prepend(_ text: [Unicode.Scalar]) {
    guard let first = scalars.first, !text.isEmpty else { return }
    let changes = (text + [first]).enumerated().map { ($1, $0 == 0 ? 0 : 1) }
    transform(0..<1, changes)
  }

  /// Takes white space off its ends.
  mutating func strip(left: Bool, right: Bool) {
    var range = 0..<count
    if left { range = (scalars.firstIndex { !$0.properties.isWhitespace } ?? count)..<count }
    if right {
      let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? 0
      range = range.lowerBound..<max(range.lowerBound, end)
    }
    scalars = Array(scalars[range])
    sources = Array(sources[range])
  }

  /// Replaces parts, in their order, by a text.
  ///
  /// - Throws: ``InterpretabilityError`` when too much would become of it.
  mutating func replace(_ ranges: [Range<Int>], by content: [Unicode.Scalar]) throws {
    guard !ranges.isEmpty else { return }
    try Self.requireRoom(count + ranges.count * content.count)
    var (newScalars, newSources): ([Unicode.Scalar], [Range<Int>]) = ([], [])
    var place = 0
    for range in ranges {
      newScalars += scalars[place..<range.lowerBound] + content
      let origin = range.upperBound < 1 ? start..<start : sources[range.upperBound - 1]
      newSources += sources[place..<range.lowerBound]
      newSources += repeatElement(origin, count: content.count)
      place = range.upperBound
    }
    scalars = newScalars + scalars[place...]
    sources = newSources + sources[place...]
  }
}
