/// Writes the parts of a ``Page``.
enum PageWriter {
  static func section(_ section: PageSection, number: Int) throws -> String {
    let heading = "<h2 id=\"section\(number)\">\(Markup.escaped(section.title))</h2>"
    let begin =
      section.isFolded ? "<details class=\"fold\"><summary>\(heading)</summary>" : heading
    return try """
    <section aria-labelledby="section\(number)">
    \(begin)
    \(section.blocks.map(block).joined())\(section.isFolded ? "</details>\n" : "")</section>

    """
  }

  private static func block(_ block: PageBlock) throws -> String {
    switch block {
    case .paragraph(let text): "<p>\(text.html)</p>\n"
    case .heading(let text): "<h3>\(Markup.escaped(text))</h3>\n"
    case .list(let points):
      "<ul>\n" + points.map { "<li>\($0.html)</li>\n" }.joined() + "</ul>\n"
    case .figure(let figure): figure.html
    case .figures(let figures):
      "<div class=\"\(isNarrow(figures) ? "figures narrow" : "figures")\">\n"
        + figures.map(\.html).joined() + "</div>\n"
    case .table(let table): try table.html()
    case .facts(let facts): HTMLTile.list(facts)
    case .formula(let formula): try formula.html()
    case .cards(let cards): "<div class=\"cards\">\n" + cards.map(\.html).joined() + "</div>\n"
    case .words(let text, let map): TextReport.figure(text, map)
    case .code(let text): "<pre><code>\(Markup.escapedLines(text))</code></pre>\n"
    }
  }

  /// Whether three pictures fit side by side.
  private static func isNarrow(_ figures: [PageFigure]) -> Bool {
    figures.allSatisfy { ($0.width ?? .max) <= 300 }
  }
}
