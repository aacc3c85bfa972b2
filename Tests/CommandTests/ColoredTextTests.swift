@testable import NNIModels
import NNIReports
import Testing

@testable import NNICommands

/// Words in the terminal: colours behind them, or numbers.
@Suite struct ColoredTextTests {
  private var sample: ReportText {
    let text = Tokenization(
      text: "a\u{1B}b c d",
      tokens: [
        .init(id: 2, text: "[CLS]", range: 0..<0, type: 0, word: nil, isSpecial: true),
        .init(id: 4, text: "ab", range: 0..<3, type: 0, word: 0, isSpecial: false),
        .init(id: 5, text: "c", range: 4..<5, type: 0, word: 1, isSpecial: false),
      ])
    return ReportText(
      name: "text 1", text: text, predictions: [], target: "",
      maps: [ReportText.Map(title: "m", values: [0, 1, -0.5])])
  }

  @Test func numbersStandBesideWords() {
    let line = ColoredText(sample, sample.maps[0]).line(colored: false)
    #expect(line == "a?b 1 · c -0.5")
  }

  @Test func coloursStandBehindWords() {
    let line = ColoredText(sample, sample.maps[0]).line(colored: true)
    let color = ColorMap.blueWhiteRed.color(at: 1)
    #expect(line.hasPrefix("\u{1B}[2m[CLS]\u{1B}[0m"))
    #expect(
      line.contains("\u{1B}[48;2;\(color.red);\(color.green);\(color.blue);97ma?b\u{1B}[0m"))
    #expect(line.hasSuffix("\u{1B}[2;9m d\u{1B}[0m"))
  }
}
