import Foundation
import NNIImages
import Testing

@testable import NNIReports

@Suite struct PageTests {
  private func page() throws -> Page {
    let chart = try ChartSample.rich()
    let hostile = PageText.plain(Sample.hostile)
    return Page(
      Sample.hostile, subtitle: Sample.hostile,
      sections: [
        PageSection(
          Sample.hostile,
          [
            .paragraph(hostile), .heading(Sample.hostile), .list([hostile, "b"]),
            .code("a\n  \(Sample.hostile)"), .facts([ReportFact(Sample.hostile, Sample.hostile)]),
          ]),
        PageSection(
          "figures",
          [
            .figure(try PageFigure(chart, caption: hostile)),
            .figures([try PageFigure(chart), try PageFigure(chart)]),
            .figure(
              try PageFigure(ChartSample.picture(), description: Sample.hostile, isPixelated: true)),
          ]),
        PageSection(
          "table", [.table(PageTable(hostile, columns: [hostile], rows: [[.text(hostile)]]))]),
        PageSection("empty", []),
      ], command: Sample.hostile, environment: [ReportFact("seed", "0")])
  }

  @Test func isOneSafePage() throws {
    let html = try page().html()
    let (isWellFormed, elements) = Sample.parse(html)
    #expect(isWellFormed)
    #expect(elements["script"] == nil && elements["link"] == nil)
    #expect(!html.contains("https://"))
    // The namespace of SVG is a name, not a place.
    let names = html.components(separatedBy: "http://www.w3.org/2000/svg").count - 1
    #expect(html.components(separatedBy: "http://").count - 1 == names && names == 3)
    #expect(elements["figure"] == 4 && elements["img"] == 1 && elements["table"] == 1)
    let parts = html.components(separatedBy: " id=\"").dropFirst()
    let identifiers = parts.map { $0.prefix { $0 != "\"" } }
    #expect(Set(identifiers).count == identifiers.count)
    // Every link leads to a section of the page.
    let links = html.components(separatedBy: "href=\"#").dropFirst().map {
      $0.prefix { $0 != "\"" }
    }
    #expect(links.count == 4 && links.allSatisfy { identifiers.contains($0) })
  }

  @Test func chartsTakeThePagesColours() throws {
    let html = try page().html()
    let names = html.components(separatedBy: "var(--").dropFirst().map {
      String($0.prefix { $0 != ")" })
    }
    let declared = HTMLStyle.sheet
    #expect(Set(names).allSatisfy { declared.contains("--\($0): ") })
  }

  @Test func isWrittenWhole() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).html")
    defer { try? FileManager.default.removeItem(at: file) }
    let page = try page()
    try page.write(to: file)
    #expect(try String(contentsOf: file, encoding: .utf8) == page.html())
    let nowhere = file.appending(path: "no/such/folder.html")
    #expect(throws: ImageError.self) { try page.write(to: nowhere) }
  }

  @Test func standsWithoutAnything() throws {
    #expect(Sample.parse(try Page("", sections: []).html()).isWellFormed)
  }

  @Test func refusesBadTablesAndPictures() throws {
    let table = PageTable("t", columns: ["a", "b"], rows: [["1", "2"], ["3"]])
    let page = Page("", sections: [PageSection("", [.table(table)])])
    #expect(throws: ReportError.self) { _ = try page.html() }
    #expect(throws: ImageError.self) { _ = try PageFigure(data: Data([1, 2]), description: "") }
    #expect(throws: ImageError.self) { _ = try PageFigure(data: Data(), description: "") }
    let png = try ChartSample.picture().pngData()
    #expect(
      try PageFigure(data: png, description: "grey").element.contains("width=\"3\" height=\"5\""))
  }

  @Test func numbersAreAlignedAndFormatted() throws {
    let html = try PageTable(
      columns: ["name", "n"],
      rows: [
        ["a", .number(-0.5, decimals: 2)], ["b", .percent(0.25)], ["c", .count(-7)],
        ["d", .short(.nan)], ["e", .short(0.0001234)], ["f", .count(.min)],
      ]
    ).html()
    #expect(html.contains("<th scope=\"col\">name</th><th scope=\"col\" class=\"number\">n</th>"))
    for text in ["−0.50", "25.0 %", "−7", "–", "0.000123"] {
      #expect(html.contains("<td class=\"number\">\(text)</td>"), "\(text)")
    }
    let mixed = try PageTable(columns: ["n"], rows: [[.count(1)], ["none"]]).html()
    #expect(!mixed.contains("class=\"number\""))
    // A cell without a value leaves a column of numbers what it is.
    let gaps = try PageTable(columns: ["n", "m"], rows: [[.count(1), ""], ["", ""]]).html()
    #expect(gaps.components(separatedBy: "class=\"number\"").count == 4)
  }

  @Test(arguments: [
    ("plain & simple", "plain &amp; simple"),
    ("$x_i^{2a}$", "<span class=\"formula\">x<sub>i</sub><sup>2a</sup></span>"),
    ("costs 5 $ only", "costs 5 $ only"),
    ("$$", "$$"),
    ("$a<b$ and `c>d`", "<span class=\"formula\">a&lt;b</span> and <code>c&gt;d</code>"),
    ("$x_{ab$", "<span class=\"formula\">x<sub>{</sub>ab</span>"),
    ("$x_$", "<span class=\"formula\">x_</span>"),
    ("$x_<$", "<span class=\"formula\">x<sub>&lt;</sub></span>"),
    ("", ""),
  ])
  func formulasAreSet(text: String, html: String) {
    #expect(PageText(text).html == html)
  }

  @Test func namesAreNoFormulas() {
    #expect(PageText.plain("$a$ `b`").html == "$a$ `b`")
    #expect(PageText("mean $σ^2$").plainText == "mean σ^2")
  }

  @Test func linksAndCardsAreSafe() throws {
    let card = try PageCard(
      PageLink(Sample.hostile, to: "\"><x"), text: .plain(Sample.hostile),
      picture: ChartSample.picture())
    let page = Page(
      "", links: [PageLink(Sample.hostile, to: "a.html")],
      sections: [PageSection("", [.cards([card]), .formula("a < b")])])
    let html = try page.html()
    let (isWellFormed, elements) = Sample.parse(html)
    #expect(isWellFormed && elements["script"] == nil && elements["x"] == nil)
    #expect(elements["a"] == 2 && elements["article"] == 1 && elements["math"] == 1)
  }

  @Test func linksCanBeReplaced() throws {
    let sections = [PageSection("t", [.paragraph("text")])]
    let one = Page("p", links: [PageLink("one", to: "1.html")], sections: sections)
    let two = Page(
      "p", links: [PageLink("two", to: "2.html"), PageLink("three", to: "3.html")],
      sections: sections)
    #expect(try Page.replacingLinks(in: one.html(), with: two.links) == two.html())
    #expect(try Page.replacingLinks(in: Page("p", sections: sections).html(), with: []) == nil)
  }

  @Test func picturesStandInTables() throws {
    let figure = try PageFigure(ChartSample.picture(), description: "d", caption: "c")
    let html = try PageTable(columns: ["a", "b"], rows: [["x", .picture(figure)]]).html()
    #expect(html.contains("<table class=\"pictures\">") && html.contains("<figcaption>c"))
    #expect(Sample.parse(html).isWellFormed)
    #expect(!(try PageTable(columns: ["a"], rows: [["x"]]).html()).contains("pictures"))
  }

  @Test func commandsKeepTheirLines() throws {
    #expect(try Page("", sections: [], command: "a\nb").html().contains("<code>a\nb</code>"))
  }
}
