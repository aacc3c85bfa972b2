@testable import NNIModels
import NNITestSupport
import Testing

@testable import NNIReports

/// A page of texts: words joined from pieces, what is left out, and hostile text.
@Suite struct TextReportTests {
  /// `[CLS] un ##kind <word> [SEP]` of a text whose end was cut.
  private var sample: ReportText {
    let text = "unkind <i>  left out"
    func token(
      _ id: Int, _ text: String, _ range: Range<Int>, _ word: Int?, _ isSpecial: Bool = false
    ) -> Tokenization.Token {
      Tokenization.Token(
        id: id, text: text, range: range, type: 0, word: word, isSpecial: isSpecial)
    }
    let tokens = [
      token(2, "[CLS]", 0..<0, nil, true), token(10, "un", 0..<2, 0), token(11, "##kind", 2..<6, 0),
      token(12, "<i>", 7..<10, 1), token(3, "[SEP]", 0..<0, nil, true),
    ]
    return ReportText(
      name: "text 1", text: Tokenization(text: text, tokens: tokens),
      predictions: [ReportPrediction(className: "good", probability: 0.75, isExplained: true)],
      target: "good (1)",
      maps: [
        ReportText.Map(
          title: "integrated-gradients", values: [9, 0.5, -0.25, -0.125, 0],
          ledger: ReportLedger(score: 1, reference: 0.5, sum: 0.125))
      ])
  }

  @Test func wordsAreJoinedOfTheirPieces() {
    let parts = sample.parts(sample.maps[0])
    #expect(parts.map(\.text) == ["[CLS]", "unkind", " ", "<i>", "[SEP]", "  left out"])
    #expect(parts.map(\.value) == [9, 0.25, nil, -0.125, 0, nil])
    #expect(parts.map(\.isSpecial) == [true, false, false, false, true, false])
    #expect(parts.map(\.isLeftOut) == [false, false, false, false, false, true])
    // A special token's value does not set the scale; a piece's does.
    #expect(sample.limit(sample.maps[0]) == 0.5)
  }

  @Test func aPageShowsThem() {
    let page = TextReport(title: "net <b>", texts: [sample], command: "nni explain").html
    #expect(MarkupOutline(page).isWellFormed)
    #expect(page.contains("&lt;i&gt;") && !page.contains("<i>") && !page.contains("<b>"))
    #expect(page.contains("title=\"un 0.500 + ##kind −0.250 = 0.250\""))
    #expect(page.contains("class=\"left-out\"") && page.contains("75.0 %"))
    #expect(page.contains("Most for it: “unkind” 0.250; most against it: “&lt;i&gt;” −0.125."))
    let end = ColorMap.blueWhiteRed.color(at: 0.5).hexadecimal
    #expect(page.contains("background:\(end);"))
    #expect(page.contains("residual") && !page.contains("<script"))
  }

  @Test func valuesOfZeroAreTold() {
    var text = sample
    text.maps[0].values = [0, 0, 0, 0, 0]
    let page = TextReport(title: "net", texts: [text]).html
    #expect(page.contains("The values are zero everywhere."))
    #expect(page.contains("No word speaks for it; no word speaks against it."))
  }
}
