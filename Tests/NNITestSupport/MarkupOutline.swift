/// The tags of an HTML or SVG document.
public struct MarkupOutline {
  /// Whether every tag is closed in order, as XML wants it (`meta`, `img`, `input` and `br` stand alone).
  public let isWellFormed: Bool
  /// How often each element occurs.
  public let elements: [String: Int]

  /// Reads a document.
  public init(_ text: String) {
    var elements: [String: Int] = [:]
    var stack: [Substring] = []
    var rest = text[...]
    var isGood = true
    while let start = rest.firstIndex(of: "<") {
      guard !rest[..<start].contains(">") || stack.last == "style",
        let end = rest[start...].firstIndex(of: ">")
      else {
        isGood = false
        break
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard stack.popLast() == tag.dropFirst() else {
          isGood = false
          break
        }
      } else if !tag.hasPrefix("!") {
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        elements[String(name), default: 0] += 1
        if !tag.hasSuffix("/") && !["meta", "img", "input", "br"].contains(name) {
          stack.append(name)
        }
      }
    }
    isWellFormed = isGood && stack.isEmpty
    self.elements = elements
  }
}
