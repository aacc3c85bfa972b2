import Testing

@testable import NNIReports

@Suite struct MarkupTests {
  @Test func leavesNoMarkup() {
    #expect(
      Markup.escaped("<script>alert('x & \"y\"')</script>")
        == "&lt;script&gt;alert(&#39;x &amp; &quot;y&quot;&#39;)&lt;/script&gt;")
  }

  @Test func replacesWhatXMLForbids() {
    #expect(Markup.escaped("a\u{0}b\u{1B}c\nd") == "a\u{FFFD}b\u{FFFD}c d")
    #expect(Markup.escaped("safe\u{202E}gpj.exe") == "safegpj.exe")
    #expect(Markup.escaped("ünï 犬 🐕") == "ünï 犬 🐕")
  }
}
