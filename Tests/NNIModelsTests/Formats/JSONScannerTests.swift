import Foundation
import Testing

@testable import NNIGraph
@testable import NNIModels

struct JSONScannerTests {
  /// Whether the whole text is a value that is accepted.
  private func accepts(_ bytes: [UInt8]) -> Bool {
    var scanner = JSONScanner(bytes)
    do {
      try scanner.skip()
      try scanner.end()
      return true
    } catch {
      return false
    }
  }

  @Test(arguments: [
    "{}", "[]", " [ ] ", #"{"a":1,"b":[true,false,null,-0.5e+10,"x"]}"#, "0", "-0", "1E5",
    #""\u00e9""#, #""\ud83d\ude00""#, "[[[]],{}]", #"{"":{"":""}}"#, "\t\r\n1 ",
    #"["\"\\\/\b\f\n\r\t"]"#,
  ])
  func `What is JSON is accepted`(text: String) {
    #expect(accepts(Array(text.utf8)))
    let value = try? JSONSerialization.jsonObject(
      with: Data(text.utf8), options: .fragmentsAllowed)
    #expect(value != nil)
  }

  @Test(arguments: [
    "", " ", "{", "[", "{,}", "[,]", "[1,]", #"{"a":1,}"#, #"{"a"}"#, #"{"a":}"#, "{a:1}", "[1 2]",
    "01", "-", "1.", ".5", "1e", "+1", "tru", "nul", "truefalse", "[1]]", #"""#, #""\x""#,
    #""\u12g4""#,
    #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "\"\n\"", "'a'", "NaN", "Infinity", "[1]//",
    "{]",
  ])
  func `What is none is refused`(text: String) { #expect(!accepts(Array(text.utf8))) }

  @Test func `Bytes that are no UTF-8 are refused`() {
    #expect(!accepts([0x22, 0xFF, 0x22]))
    #expect(!accepts([0x22, 0xC0, 0x80, 0x22]))
    #expect(!accepts([0x22, 0x5C, 0x6E, 0xFF, 0x22]))
  }

  /// Every text of up to four of these characters, beside Foundation's parser; only that takes `[1,]`.
  @Test func `Foundation agrees on all short texts`() {
    let characters = Array(#"{}[]:,"1-0e.a \"#.utf8)
    var texts: [[UInt8]] = [[]]
    for _ in 0..<4 {
      texts = texts.flatMap { text in characters.map { text + [$0] } }
      for text in texts where !(text.suffix(2) == Array(",]".utf8)) {
        let wanted =
          (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
        #expect(accepts(text) == wanted, "\(String(decoding: text, as: UTF8.self))")
      }
    }
  }

  @Test func `A key that is stated twice is refused however it is written`() {
    for text in [#"{"a":1,"a":2}"#, #"[{"a":1,"\u0061":2}]"#, #"{"x":{"":1,"":2}}"#] {
      var scanner = JSONScanner(Array(text.utf8))
      #expect(throws: JSONScanner.Failure.self) { try scanner.skip() }
    }
    #expect(accepts(Array(#"{"a":{"a":1},"b":{"a":1}}"#.utf8)))
  }

  @Test func `Whole numbers are exact up to the last`() throws {
    let cases: [(String, Int?)] = [
      ("0", 0), ("-0", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
      ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.0", nil), ("1e2", nil),
      ("99999999999999999999999", nil), ("12", 12), ("-7", -7),
    ]
    for (text, wanted) in cases {
      var scanner = JSONScanner(Array(text.utf8))
      #expect(try scanner.wholeNumber() == wanted, "\(text)")
      try scanner.end()
    }
  }

  @Test func `Texts are quoted as Foundation reads them`() throws {
    for text in ["", "a", "é\u{0}\u{1F}\"\\/\n\r\t\u{2028}😀", "\u{7F}"] {
      let quoted = JSONScanner.quoted(text)
      #expect(try JSONDecoder().decode(String.self, from: Data(quoted.utf8)) == text)
      var scanner = JSONScanner(Array(quoted.utf8))
      #expect(try scanner.text() == text)
    }
  }

  @Test func `Deep nesting is refused and takes no stack`() {
    let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(accepts(Array(deep.utf8)))
    #expect(!accepts([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)))
  }
}
