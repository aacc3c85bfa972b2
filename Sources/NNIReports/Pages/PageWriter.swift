/// Writes the parts of a ``Page``.
enum PageWriter {
  static func section(_ section: PageSection, number: Int) throws -> String {
    try """
    <section aria-labelledby="section\(number)">
    <h2 id="section\(number)">\(Markup.escaped(section.title))</h2>
    \(section.blocks.map(block).joined())</section>

    """
  }

  private static func block(_ block: PageBlock) throws -> String {
    switch block {
    case .paragraph(let text): "<p>\(text.html)</p>\n"
    case .heading(let text): "<h3>\(Markup.escaped(text))</h3>\n"
    case .list(let points):
      "<ul>\n" + points.map { "<li>\($0.html)</li>\n" }.joined() + "</ul>\n"
    case .figure(let figure): self.figure(figure)
    case .figures(let figures):
      "<div class=\"figures\">\n" + figures.map(figure).joined() + "</div>\n"
    case .table(let table): try table.html()
    case .facts(let facts): HTMLTile.list(facts)
    case .code(let text): "<pre><code>\(lines(text))</code></pre>\n"
    }
  }

  private static func figure(_ figure: PageFigure) -> String {
    let caption =
      figure.caption.runs.isEmpty
      ? "" : "<figcaption>\(figure.caption.html)</figcaption>\n"
    return "<figure class=\"plate\">\n\(figure.element)\(caption)</figure>\n"
  }

  /// Code keeps its line breaks.
  private static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Markup.escaped(String($0)) }.joined(separator: "\n")
  }
}
