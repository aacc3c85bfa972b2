public import Foundation
import NNIImages
import NNIModels

/// One self-contained page of texts with their words in colours.
///
/// Like ``HTMLReport`` it needs no network and runs no script, follows the reader's light or dark setting and
/// prints; texts and names are hostile input and are escaped.
public struct TextReport: Sendable {
  /// The page's heading.
  public var title: String
  /// What is shown, in this order.
  public var texts: [ReportText]
  /// The command that makes this page again; left out when empty.
  public var command: String
  /// What else one needs to make it again.
  public var environment: [ReportFact]

  /// Describes a page.
  public init(
    title: String, texts: [ReportText], command: String = "", environment: [ReportFact] = []
  ) {
    self.title = title
    self.texts = texts
    self.command = command
    self.environment = environment
  }

  /// The page: a complete HTML document.
  public var html: String {
    let methods = Set(texts.flatMap { $0.maps.map(\.title) }).count
    func count(_ number: Int, _ noun: String) -> String {
      "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
    let summary = "\(count(texts.count, "text")), \(count(methods, "method"))"
    return HTMLShell.document(
      title: title, sheet: Self.sheet,
      header: "<p class=\"muted\">\(Markup.escaped(summary))</p>\n",
      main: texts.enumerated().map { section($1, number: $0) }.joined()
        + HTMLShell.reproduction(command: command, environment: environment) + Self.legend)
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: `ImageError` when the file cannot be written; then a file that was there is unchanged.
  public func write(to url: URL) throws { try AtomicFile.write(Data(html.utf8), to: url) }

  private func section(_ text: ReportText, number: Int) -> String {
    let explained = text.predictions.first(where: \.isExplained)
    let shown = explained ?? text.predictions.first
    let heading =
      Markup.escaped(shown?.className ?? text.target)
      + (shown.map { " <span class=\"muted\">\(Markup.escaped($0.text))</span>" } ?? "")
    let special = text.text.tokens.filter(\.isSpecial).count
    let facts = "\(text.name) · \(text.text.tokens.count) tokens, \(special) of them special"
    let tiles = text.maps.enumerated().map { tile($1, of: text, "scale\(number)-\($0)") }
    return """
      <section aria-labelledby="text\(number)">
      <h2 id="text\(number)">\(heading)</h2>
      <p class="muted">\(Markup.escaped(facts))</p>
      <div class="texts">
      \(tiles.joined())</div>
      <div class="said">
      \(HTMLPredictions.table(
        text.predictions, explained: text.predictions.filter(\.isExplained),
        caption: "What the network says; the colours explain \(text.target)."))</div>
      </section>

      """
  }

  /// A text in the colours of one map, for a page of other things, too.
  static func figure(_ text: ReportText, _ map: ReportText.Map) -> String {
    let limit = text.limit(map)
    let parts = text.parts(map)
    return """
      <figure>
      <p class="words" dir="auto">\(parts.map { word($0, map, of: text, limit) }.joined())</p>
      <figcaption><strong>\(Markup.escaped(map.title))</strong>: \(Markup.escaped(strongest(parts, map)))</figcaption>
      </figure>

      """
  }

  private func tile(_ map: ReportText.Map, of text: ReportText, _ identifier: String) -> String {
    let limit = text.limit(map)
    let parts = text.parts(map)
    let words = parts.map { Self.word($0, map, of: text, limit) }.joined()
    let notes = (limit == 0 ? ["The values are zero everywhere."] : []) + map.warnings
    return """
      <figure class="tile">
      <h3>\(Markup.escaped(map.title))</h3>
      <p class="words" dir="auto">\(words)</p>
      \(scale(map, limit, identifier))<figcaption>
      <p>\(Markup.escaped(Self.strongest(parts, map)))</p>
      \(map.ledger.map { HTMLTile.ledger($0) } ?? "")\(HTMLTile.notes(notes))\(HTMLTile.list(map.options))\
      </figcaption>
      <details>
      <summary>Word pieces and their values</summary>
      \(pieces(map, of: text, limit))</details>
      </figure>

      """
  }

  /// A word in the colour of its value; its pieces stand in its title.
  private static func word(
    _ part: ReportText.Part, _ map: ReportText.Map, of text: ReportText, _ limit: Double
  ) -> String {
    let shown = Markup.escaped(part.text)
    guard !part.isLeftOut else {
      return "<span class=\"left-out\" title=\"no token stands for this\">\(shown)</span>"
    }
    guard let value = part.value else { return shown }
    let pieces = part.tokens.map {
      "\(text.text.tokens[$0].text) \(NumberText.short(map.values[$0]))"
    }
    let total = part.tokens.count > 1 ? " = \(NumberText.short(value))" : ""
    let title = Markup.escaped(pieces.joined(separator: " + ") + total)
    guard !part.isSpecial else {
      return "<span class=\"special\" title=\"\(title)\">\(shown)</span>"
    }
    return "<span style=\"\(style(value, limit))\" title=\"\(title)\">\(shown)</span>"
  }

  private static let colors = ColorMap.blueWhiteRed

  /// Letters are dark on light colours and white on dark ones.
  private static func style(_ value: Double, _ limit: Double) -> String {
    let color = limit > 0 ? colors.color(at: value / limit) : colors.color(at: 0)
    let light =
      0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
    return "background:\(color.hexadecimal);color:\(light > 0.18 ? "#111" : "#fff")"
  }

  private static func linear(_ channel: UInt8) -> Double {
    let share = Double(channel) / 255
    return share * share
  }

  private func scale(_ map: ReportText.Map, _ limit: Double, _ identifier: String) -> String {
    guard limit > 0 else { return "" }
    let bar = ColorBar(colors: Self.colors, limit: limit, isSigned: true, isCut: false)
    let unit = bar.factor.isEmpty ? map.unit : "\(bar.factor) \(map.unit)"
    let end = NumberText.short(limit)
    let label = Markup.escaped("Scale from −\(end), blue, to \(end), red, \(map.unit)")
    return """
      <svg class="scale bar-of-words" viewBox="0 0 270 \(NumberText.coordinate(ColorBar.height))" role="img" \
      aria-label="\(label)">
      \(bar.svg(x: 0, y: 1, width: 270, identifier: identifier))</svg>
      <p class="unit bar-of-words">\(Markup.escaped(unit))</p>

      """
  }

  /// The words with the largest values on both sides, in a sentence.
  private static func strongest(_ parts: [ReportText.Part], _ map: ReportText.Map) -> String {
    let words = parts.filter { !$0.isSpecial && $0.value != nil }
    func list(_ sign: Double) -> String {
      words.filter { ($0.value ?? 0) * sign > 0 }
        .sorted { ($0.value ?? 0) * sign > ($1.value ?? 0) * sign }.prefix(3)
        .map { "“\($0.text)” \(NumberText.short($0.value ?? 0))" }.joined(separator: ", ")
    }
    let (most, least) = (list(1), list(-1))
    guard map.isSigned else { return most.isEmpty ? "All are zero." : "Largest: \(most)." }
    return [
      most.isEmpty ? "No word speaks for it" : "Most for it: \(most)",
      least.isEmpty ? "no word speaks against it." : "most against it: \(least).",
    ].joined(separator: "; ")
  }

  private func pieces(_ map: ReportText.Map, of text: ReportText, _ limit: Double) -> String {
    let rows = zip(text.text.tokens, map.values).map { token, value in
      let shown = Markup.escaped(token.text)
      let piece =
        token.isSpecial
        ? "<span class=\"special\">\(shown)</span>"
        : "<span style=\"\(Self.style(value, limit))\">\(shown)</span>"
      return "<tr><td class=\"words\">\(piece)</td><td class=\"number\">\(token.id)</td>"
        + "<td class=\"number\">\(token.range.isEmpty ? "–" : "\(token.range.lowerBound)–\(token.range.upperBound)")</td>"
        + "<td class=\"number\">\(Markup.escaped(NumberText.short(value)))</td></tr>\n"
    }
    return """
      <table>
      <thead><tr><th scope="col">Piece</th><th scope="col" class="number">Id</th>\
      <th scope="col" class="number">Characters</th><th scope="col" class="number">Value</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>

      """
  }

  /// The style of words in colours.
  static let wordSheet = """
    .words { background: \(colors.color(at: 0).hexadecimal); color: #111; border-radius: 6px; padding: .6rem .8rem;
      font-size: 1.1rem; line-height: 1.9; max-width: none; white-space: pre-wrap; overflow-wrap: anywhere;
      print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .words span { border-radius: 3px; padding: .1em .12em; }
    td.words { border-radius: 0; padding: .2rem .5rem; line-height: 1.4; font-size: .92rem; }
    .words .special { color: #59636e; font-size: .75em; border: 1px dashed #8b949e; margin: 0 .15em; }
    .words .left-out { color: #59636e; text-decoration: line-through; }
    """

  private static let sheet = """
    .texts { display: grid; gap: 1.25rem; margin: 1rem 0; grid-template-columns: minmax(0, 60rem); }
    .said { max-width: 40rem; }
    \(wordSheet)
    .bar-of-words { max-width: 18rem; }
    .texts dl { max-width: 22rem; }
    .tile details { margin-top: .6rem; }
    .tile summary { cursor: pointer; }
    .tile details table { max-width: 34rem; margin-top: .4rem; }

    """

  private static let legend = """
    <section aria-labelledby="legend">
    <h2 id="legend">How to read this page</h2>
    <p>A word has the colour of the sum over its pieces: red speaks for what is explained, blue against it, and \
    what is nearly white says nothing. The scale ends at the largest value of the text; every map has its own. \
    Point at a word to see its pieces and their values; the table below the map has them all.</p>
    <p>Grey words in a dashed frame are special tokens, which the tokenizer puts around a text. They have values in \
    the table and no colours, and do not set the scale. No token stands for what is struck through: the text was too \
    long, or its tokenizer drops it.</p>
    <p>Where a method distributes the score, its values should sum to score minus reference; the residual is what \
    is missing, to which other inputs of the network belong.</p>
    </section>

    """
}
