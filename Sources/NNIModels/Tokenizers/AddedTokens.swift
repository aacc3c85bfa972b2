/// Tokens that are found in the text before the model sees it, such as `[MASK]`.
struct AddedTokens {
  struct Entry {
    let id: Int
    let content: String
    let isSingleWord: Bool
    let stripsLeft: Bool
    let stripsRight: Bool
    let isNormalized: Bool
    let isSpecial: Bool
  }

  let entries: [Entry]
  private var raw = Finder()
  private var normalized = Finder()

  /// Reads the list of a tokenizer's file.
  init(_ list: [TokenizerJSON], _ normalizer: TokenizerNormalizer?, _ place: String) throws {
    entries = try list.map { json in
      let fields = try TokenizerFields(json, place)
      let isSpecial = try fields.flag("special", false)
      return Entry(
        id: try fields.number("id"), content: try fields.text("content"),
        isSingleWord: try fields.flag("single_word", false),
        stripsLeft: try fields.flag("lstrip", false),
        stripsRight: try fields.flag("rstrip", false),
        isNormalized: try fields.flag("normalized", !isSpecial), isSpecial: isSpecial)
    }
    for (index, entry) in entries.enumerated() {
      guard entry.content.utf8.count <= TokenizerVocabulary.lengthLimit else {
        throw InterpretabilityError(
          .unsupported,
          "\(place): the token of id \(entry.id) has \(entry.content.utf8.count) bytes, more than "
            + "\(TokenizerVocabulary.lengthLimit)")
      }
      var text = AlignedText(Array(entry.content.unicodeScalars))
      if entry.isNormalized {
        try normalizer?.apply(to: &text)
        normalized.add(text.scalars, index)
      } else {
        raw.add(text.scalars, index)
      }
    }
  }

  /// The parts of a text: those that are tokens, and those between.
  func parts(of text: AlignedText, normalized isNormalized: Bool) -> [(AlignedText, Entry?)] {
    let finder = isNormalized ? normalized : raw
    guard !finder.isEmpty else { return [(text[0..<text.count], nil)] }
    let scalars = text.scalars
    var result: [(AlignedText, Entry?)] = []
    var place = 0
    for (range, index) in finder.matches(in: scalars) {
      let entry = entries[index]
      var (lower, upper) = (range.lowerBound, range.upperBound)
      if entry.isSingleWord {
        let follows = lower > 0 && PreTokenizer.isWord(scalars[lower - 1])
        let precedes = upper < scalars.count && PreTokenizer.isWord(scalars[upper])
        if follows || precedes { continue }
      }
      guard lower >= place else { continue }
      if entry.stripsLeft {
        while lower > place, scalars[lower - 1].properties.isWhitespace { lower -= 1 }
      }
      if entry.stripsRight {
        while upper < scalars.count, scalars[upper].properties.isWhitespace { upper += 1 }
      }
      if place < lower { result.append((text[place..<lower], nil)) }
      result.append((text[lower..<upper], entry))
      place = upper
    }
    if place < scalars.count { result.append((text[place..<scalars.count], nil)) }
    return result
  }
}

/// Finds the leftmost, of these the longest.
private struct Finder {
  private var trie = SymbolTrie()

  var isEmpty: Bool { trie.isEmpty }

  mutating func add(_ text: [Unicode.Scalar], _ index: Int) {
    guard !text.isEmpty else { return }
    trie.insert(text.lazy.map { Int($0.value) }, index)
  }

  func matches(in scalars: [Unicode.Scalar]) -> [(Range<Int>, Int)] {
    var result: [(Range<Int>, Int)] = []
    var place = 0
    while place < scalars.count {
      var (node, end) = (SymbolTrie.root, place)
      var found: (Range<Int>, Int)?
      while end < scalars.count, let next = trie.next(node, Int(scalars[end].value)) {
        (node, end) = (next, end + 1)
        if let index = trie.value(node) { found = (place..<end, index) }
      }
      if let found { result.append(found) }
      place = found?.0.upperBound ?? place + 1
    }
    return result
  }
}
