import Foundation
import NNIImages
import NNITestSupport
import Testing

@testable import NNIReports

/// Folds, links, colour bars and words for pictures.
@Suite struct PageReadingTests {
  private let signed: HeatMap

  init() throws {
    signed = try HeatMap([0, -1, 0, 3, 0, 0], height: 2, width: 3, kind: .signed)
  }

  @Test func aFoldKeepsItsHeading() throws {
    let page = Page(
      "p", sections: [PageSection("a", [.paragraph("text")], isFolded: true), PageSection("b", [])])
    let html = try page.html()
    let (isWellFormed, elements) = Sample.parse(html)
    #expect(isWellFormed && elements["details"] == 1 && elements["h2"] == 2)
    let fold = try #require(html.firstRange(of: "<details class=\"fold\"><summary><h2"))
    let text = try #require(html.firstRange(of: "<p>text</p>"))
    let end = try #require(html.firstRange(of: "</details>"))
    #expect(fold.upperBound < text.lowerBound && text.upperBound < end.lowerBound)
  }

  @Test(arguments: [
    ("https://doi.org/10.1/a&b", true), ("03/index.html", true), ("javascript:alert(1)", false),
    ("data:text/html,x", false), ("http://a.b", false),
  ])
  func linksLeadNowhereElse(address: String, isKept: Bool) {
    let html = (PageText("see $a$ ") + .link("<b>", to: address)).html
    #expect(html.contains("&lt;b&gt;") && html.contains("<a href=") == isKept)
    #expect(Sample.parse("<p>\(html)</p>").isWellFormed)
  }

  @Test func barsSayTheirEndsAndWhatIsCut() throws {
    func html(_ map: HeatMap, _ scaling: HeatMapScaling, _ colors: ColorMap = .blueWhiteRed) throws
      -> String
    { try MapScale(of: map, colors: colors, scaling: scaling).html }
    let whole = try html(signed, .maximum)
    #expect(whole.contains("<span>−3.00</span><span>3.00</span>"))
    #expect(!whole.contains("larger values"))
    let cut = try html(signed, .fixed(2))
    #expect(cut.contains("<span>≤ −2.00</span><span>≥ 2.00</span>"))
    #expect(cut.contains("larger values"))
    let sizes = try HeatMap([0, 1, 0.5, 2], height: 2, width: 2, kind: .magnitude)
    #expect(try html(sizes, .maximum, .madder).contains("<span>0</span><span>2.00</span>"))
    let zero = try HeatMap([0, 0], height: 1, width: 2, kind: .signed)
    #expect(try html(zero, .maximum).contains("zero everywhere"))
    // The colours at the ends are those of the extremes.
    let ends = [-1.0, 1].map { ColorMap.blueWhiteRed.color(of: $0).hexadecimal }
    #expect(whole.contains("90deg, \(ends[0])") && whole.contains("\(ends[1]))"))
  }

  /// |−1| at (½, ¼)·(3, 2) and 3 at the left below: by hand.
  @Test func wordsSayWhereTheMassIs() {
    let words = signed.description(unit: "logit")
    #expect(words.hasPrefix("strongest (3.00 logit) at 17 % from the left and 75 % from the top"))
    #expect(words.contains("centre at 25 % from the left and 63 % from the top"))
    #expect(words.contains("25 % of it is negative"))
  }

  @Test func picturesInTablesAreToldApart() throws {
    let figure = try PageFigure(
      map: signed, colors: .blueWhiteRed, scaling: .maximum, magnification: 2, subject: "gradient")
    let html = try PageTable(
      columns: ["", "0", "1"], rows: [["a <b>", .picture(figure), .picture(figure)]]
    ).html()
    for column in ["0", "1"] {
      #expect(html.contains("alt=\"a &lt;b&gt;, \(column): gradient: strongest (3.00)"))
    }
    // One bar for the row, below its name; maps of different scales keep theirs.
    #expect(html.components(separatedBy: "class=\"ends\"").count == 2)
    let bar = try #require(html.firstRange(of: "class=\"ends\""))
    #expect(bar.lowerBound < (try #require(html.firstRange(of: "<img"))).lowerBound)
    let other = try PageFigure(
      map: signed, colors: .blueWhiteRed, scaling: .fixed(2), magnification: 2, subject: "gradient")
    let two = try PageTable(
      columns: ["", "0", "1"], rows: [["a", .picture(figure), .picture(other)]]
    ).html()
    #expect(two.components(separatedBy: "class=\"ends\"").count == 3)
  }

  @Test func chartsKeepTheirLetters() throws {
    let svg = try ChartSample.rich().svg(for: .page)
    let html = PageFigure.readable(svg)
    let least = try #require(html.firstMatch(of: #/style="min-width: ([0-9.]+)px"/#))
    let width = try #require(Double(least.1))
    let sizes = svg.matches(of: #/font-size="([0-9.]+)"/#).compactMap { Double($0.1) }
    let chart = try ChartSample.rich()
    #expect(try #require(sizes.min()) * width / chart.width >= 11)
    #expect(PageFigure.readable("<svg width=\"5\"></svg>") == "<svg width=\"5\"></svg>")
  }

  /// A page with everything that can be too wide, in the browser.
  @Test(.enabled(if: Browser.executable != nil, "Chromium is not installed"))
  func readsOnANarrowScreen() throws {
    let image = try Image(width: 900, height: 40, filledWith: [90, 20, 200])
    let map = try PageFigure(
      map: signed, colors: .blueWhiteRed, scaling: .fixed(2), magnification: 20,
      subject: "gradient",
      caption: "A caption with $a_{very long formula that goes on} = b · c · d · e · f$.")
    let long = (0..<30).map { "x_{\($0)}" }.joined(separator: " + ")
    let page = Page(
      "A page",
      sections: [
        PageSection(
          "Wide things",
          [
            .formula(PageFormula(long)), .paragraph("Text with $\(long)$ in it."),
            .figure(try PageFigure(ChartSample.rich(), caption: "a chart")),
            .figures([try PageFigure(ChartSample.rich()), map]),
            .figure(try PageFigure(image, description: "a wide picture")),
            .table(
              PageTable(
                "a caption that is long enough to be broken into lines on a telephone",
                columns: [""] + (0..<10).map { "\($0)" },
                rows: [["row"] + (0..<10).map { _ in .picture(map) }])),
            .code(String(repeating: "command --option=value ", count: 12)),
          ]),
        PageSection(
          "Folded", [.figure(try PageFigure(image, description: "another"))], isFolded: true),
      ], command: String(repeating: "x", count: 200))
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "page.html")
      try page.write(to: file)
      let browser = try Browser(width: 420, height: 900)
      try browser.check(file, screenshot: "page-420") { try browser.checkReadability() }
      try browser.setMedia("print")
      #expect(
        try browser.holds("document.querySelector('.ends i').getBoundingClientRect().height > 0"))
    }
  }

  /// Formulas in a caption stand in its line, words of a table stay whole, and two pictures fill a row.
  @Test(.enabled(if: Browser.executable != nil, "Chromium is not installed"))
  func textFlowsInABrowser() throws {
    let image = try Image(width: 400, height: 300, filledWith: [90])
    let figures = try ["one", "two"].map { try PageFigure(image, description: $0) }
    let page = Page(
      "A page",
      sections: [
        PageSection(
          "A section",
          [
            .table(
              PageTable(
                "a slope $s$ of $1/f^s$", columns: ["question", "method", "lesson", "beware"],
                rows: [
                  [
                    "Which photograph?", "maximisation", "propagation", "The probability is none.",
                  ]
                ])), .figures(figures),
          ])
      ])
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "page.html")
      try page.write(to: file)
      let browser = try Browser(width: 420, height: 900)
      try browser.check(file, screenshot: "page-text-420") { () throws in
        let inline =
          "[...document.querySelectorAll('caption .formula')]"
          + ".every(e => getComputedStyle(e).display === 'inline')"
        #expect(try browser.holds(inline))
        let height = "document.querySelectorAll('tbody td')[1]"
        let isOneLine =
          "(() => { const r = document.createRange(); r.selectNodeContents(\(height));"
          + " return new Set([...r.getClientRects()].map(b => b.top)).size === 1 })()"
        #expect(try browser.holds(isOneLine))
      }
      try browser.setSize(width: 1300, height: 900)
      try browser.check(file, screenshot: "page-text-1300") { () throws in
        let isARow =
          "(() => { const [a, b] = document.querySelectorAll('.figures figure');"
          + " return a.getBoundingClientRect().top === b.getBoundingClientRect().top })()"
        #expect(try browser.holds(isARow))
      }
    }
  }

  /// The check itself finds what it is for.
  @Test(.enabled(if: Browser.executable != nil, "Chromium is not installed"))
  func theCheckFindsFaults() throws {
    let bad = [
      "<div style=\"width: 900px\">wide</div>",
      "<svg width=\"100\" viewBox=\"0 0 400 100\"><text y=\"20\" font-size=\"12\">small</text></svg>",
      "<img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\" alt=\"\">",
    ]
    try Fixture.withTemporaryFolder { folder in
      let browser = try Browser(width: 420, height: 900)
      for (index, body) in bad.enumerated() {
        let file = folder.appending(path: "\(index).html")
        let html = "<!DOCTYPE html><html><head><title>t</title></head><body>\(body)</body></html>"
        try Data(html.utf8).write(to: file)
        try browser.open(file)
        #expect(throws: BrowserError.self, "\(body)") { try browser.checkReadability() }
      }
    }
  }
}
