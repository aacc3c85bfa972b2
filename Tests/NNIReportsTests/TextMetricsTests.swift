import Testing

@testable import NNIReports

@Suite struct TextMetricsTests {
  @Test(arguments: ["espresso", "Schäferhund 犬 🐕‍🦺 of a very long name", "", "   ", "WWWWWWWWWWWWWW"])
  func truncatedTextFits(text: String) {
    for limit in [20.0, 60, 100, 500] {
      let shown = TextMetrics.truncated(text, to: limit, size: 10)
      #expect(TextMetrics.width(shown, size: 10) <= limit)
      #expect(shown == text || shown.hasSuffix("…"))
    }
  }

  @Test func namesThatDifferAtTheirEndsStayApart() {
    let names = ["features.11.expand1x1", "features.11.expand3x3"]
    for limit in [60.0, 90, 100] {
      let shown = names.map { TextMetrics.shortened($0, to: limit, size: 10, isBold: true) }
      #expect(shown[0] != shown[1])
      #expect(shown.allSatisfy { TextMetrics.width($0, size: 10, isBold: true) <= limit })
    }
    #expect(TextMetrics.shortened("input", to: 100, size: 10) == "input")
    #expect(TextMetrics.shortened("input", to: 1, size: 10) == "…")
  }

  @Test func wrapsBetweenWords() {
    let text = "one two three four five six seven eight nine ten"
    let lines = TextMetrics.wrapped(text, to: 80, size: 10, lines: 9)
    #expect(lines.joined(separator: " ") == text)
    #expect(lines.allSatisfy { TextMetrics.width($0, size: 10) <= 80 })
    let two = TextMetrics.wrapped(text, to: 80, size: 10, lines: 2)
    #expect(two.count == 2 && two[1].hasSuffix("…"))
    #expect(TextMetrics.wrapped("", to: 80, size: 10, lines: 2).isEmpty)
  }
}
