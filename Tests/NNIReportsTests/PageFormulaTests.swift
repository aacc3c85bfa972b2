import Testing

@testable import NNIReports

@Suite struct PageFormulaTests {
  /// MathML of a formula without its frame.
  private func inner(_ source: String) throws -> String {
    let html = try PageFormula(source).html()
    let begin = try #require(html.firstRange(of: "<mrow>")).upperBound
    return String(html[begin...].dropLast("</mrow></math></div>\n".count))
  }

  @Test(arguments: [
    ("x", "<mi>x</mi>"),
    ("max", "<mi>max</mi>"),
    ("log p", "<mi>log</mi><mspace width=\"0.17em\"></mspace><mi>p</mi>"),
    (
      "a log_2 b",
      "<mi>a</mi><mspace width=\"0.17em\"></mspace><msub><mi>log</mi><mn>2</mn></msub>"
        + "<mspace width=\"0.17em\"></mspace><mi>b</mi>"
    ),
    (
      "max(a)",
      "<mi>max</mi><mrow><mo form=\"prefix\" stretchy=\"true\">(</mo><mi>a</mi>"
        + "<mo form=\"postfix\" stretchy=\"true\">)</mo></mrow>"
    ),
    ("2.5 α", "<mn>2.5</mn><mi>α</mi>"),
    ("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
    ("x_i", "<msub><mi>x</mi><mi>i</mi></msub>"),
    ("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
    ("x_{i j}", "<msub><mi>x</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>"),
    ("∑_i", "<munder><mo>∑</mo><mi>i</mi></munder>"),
    ("max_c", "<munder><mi>max</mi><mi>c</mi></munder>"),
    ("∫_0^1", "<msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup>"),
    (#"\frac{a}{b}"#, "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
    (#"\sqrt {n}"#, "<msqrt><mrow><mi>n</mi></mrow></msqrt>"),
    (#"\text{a <b}"#, "<mtext>a\u{A0}&lt;b</mtext>"),
    (
      "(a)^2",
      "<msup><mrow><mo form=\"prefix\" stretchy=\"true\">(</mo><mi>a</mi>"
        + "<mo form=\"postfix\" stretchy=\"true\">)</mo></mrow><mn>2</mn></msup>"
    ),
    ("", ""),
  ])
  func isMathML(source: String, html: String) throws {
    #expect(try inner(source) == html)
  }

  @Test func isWellFormedAndKeepsItsSource() throws {
    let html = try PageFormula(#"R_i = |\frac{∂ f_k(x)}{∂ x_i}| · [z > 0] "<"#).html()
    #expect(Sample.parse(html).isWellFormed)
    #expect(html.contains("alttext=\"R_i = |") && html.contains("&quot;&lt;\""))
  }

  @Test(arguments: [
    ("{a", "a '}' is missing"), ("a}", "closes nothing"), ("(a", "a ')' is missing"),
    ("a)", "closes nothing"), ("|a", "a '|' is missing"), ("_i", "nothing before it"),
    ("x_", "something is missing"), ("x_1_2", "two of '_'"), (#"\frc{a}{b}"#, "there is no \\frc"),
    (#"\frac{a}"#, "wants braces"), (#"\text a"#, "wants words"),
  ])
  func refusesWhatIsOpenOrUnknown(source: String, words: String) {
    let error = #expect(throws: ReportError.self) { _ = try PageFormula(source).html() }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }
}
