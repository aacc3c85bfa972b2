import Foundation
import NNITestSupport
import NNIGraph
import Testing

@testable import NNIModels

/// Ids and offsets are those of the Python package `tokenizers`: `Fixtures/tokenizers/make.py`.
@Suite struct TokenizerTests {
  private struct Case: Decodable {
    let text: String
    /// What the package says where it cannot write the text.
    let fails: String?
    let ids: [Int]?
    let offsets: [[Int]]?
    let types: [Int]?
  }

  static let names = [
    "wordpiece", "wordpiece-cased", "vocabulary", "gpt2", "roberta", "llama3", "qwen", "llama2",
    "metaspace-bpe", "clip", "subword-prefix", "unigram", "unigram-bytes", "patterns",
  ]

  private func folder(_ name: String) -> URL { Fixture.url("tokenizers/\(name)") }

  private func tokenizer(_ name: String) throws -> Tokenizer {
    let file = name == "vocabulary" ? "vocab.txt" : "tokenizer.json"
    return try Tokenizer(contentsOf: folder(name).appending(path: file))
  }

  @Test(arguments: names) func tokensAreThoseOfThePackage(_ name: String) throws {
    let tokenizer = try tokenizer(name)
    let cases = try JSONDecoder().decode(
      [Case].self, from: Data(contentsOf: folder(name).appending(path: "cases.json")))
    #expect(cases.count > 50)
    for item in cases {
      guard item.fails == nil else {
        #expect(throws: InterpretabilityError.self) { try tokenizer.tokenized(item.text) }
        continue
      }
      let result = try tokenizer.tokenized(item.text)
      // The package fills up by itself.
      let padding = max(tokenizer.paddedCount - result.tokens.count, 0)
      let fill = tokenizer.padding.map { Array(repeating: $0.id, count: padding) } ?? []
      #expect(result.ids + fill == item.ids, "\(name): \(item.text.debugDescription)")
      #expect(
        result.tokens.map { [$0.range.lowerBound, $0.range.upperBound] }
          + Array(repeating: [0, 0], count: padding) == item.offsets,
        "\(name): \(item.text.debugDescription)")
      #expect(
        result.tokens.map(\.type) + Array(repeating: 0, count: padding) == item.types,
        "\(name): \(item.text.debugDescription)")
    }
  }

  @Test func piecesOfAWordAreJoined() throws {
    let text = try tokenizer("wordpiece").tokenized("unbelievable tokens, playing")
    let words = text.words.map { range in
      let tokens = text.tokens[range]
      return tokens[range.lowerBound].isSpecial
        ? tokens[range.lowerBound].text
        : text.text(
          of: tokens[range.lowerBound].range
            .lowerBound..<tokens[range.upperBound - 1].range
            .upperBound)
    }
    #expect(words == ["[CLS]", "unbelievable", "tokens", ",", "playing", "[SEP]"])
    // Here the whole text is one piece, and white space parts words.
    let whole = try tokenizer("llama2").tokenized("good films  win")
    #expect(whole.words.count == 4)
  }

  @Test func whatIsNotKnownIsRefusedByName() throws {
    let known = try String(
      contentsOf: folder("wordpiece").appending(path: "tokenizer.json"), encoding: .utf8)
    for (part, other) in [
      ("BertNormalizer", "Transliterate"), ("BertPreTokenizer", "UnicodeScripts"),
      ("TemplateProcessing", "Unheard"), ("\"type\":\"WordPiece\"", "\"type\":\"WordLevel\""),
    ] {
      let changed = known.replacingOccurrences(of: part, with: other)
      #expect(changed != known)
      let name = other.split(separator: "\"").last.map(String.init) ?? other
      let error = #expect(throws: InterpretabilityError.self) {
        try Tokenizer(Array(changed.utf8), place: "tokenizer.json")
      }
      #expect(
        error?.code == .unsupported && error?.message.contains("“\(name)”") == true,
        "\(error?.message ?? "")")
    }
  }

  /// A search that would go through all ways to part a text is given up.
  @Test func anExpressionThatTakesTooLongIsRefused() throws {
    let file = """
      {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []},
       "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated"}}
      """
    let tokenizer = try Tokenizer(Array(file.utf8), place: "tokenizer.json")
    let error = #expect(throws: InterpretabilityError.self) {
      try tokenizer.tokenized(String(repeating: "a", count: 60) + "b")
    }
    #expect(error?.message.contains("takes too long") == true)
  }

  @Test func aTextWithoutEndAndAnUnknownTokenThatIsNotThereAreRefused() throws {
    let tokenizer = try tokenizer("wordpiece")
    #expect(throws: InterpretabilityError.self) {
      try tokenizer.tokenized(String(repeating: "a ", count: Tokenizer.textLimit))
    }
    let file = #"{"model": {"type": "WordPiece", "unk_token": "?", "vocab": {"a": 0}}}"#
    let error = #expect(throws: InterpretabilityError.self) {
      try Tokenizer(Array(file.utf8), place: "t").tokenized("b")
    }
    #expect(error?.message.contains("unknown token “?”") == true)
    #expect(throws: InterpretabilityError.self) {
      try Tokenizer(list: Array("a\nb\n".utf8), place: "vocab.txt")
    }
  }

  /// Names that are canonically equivalent are two tokens.
  @Test func tokensAreToldApartByTheirBytes() throws {
    let file =
      "{\"model\": {\"type\": \"BPE\", \"merges\": [], \"vocab\": {\"\u{E9}\": 0, \"e\": 1, \"\u{301}\": 2}}}"
    let tokenizer = try Tokenizer(Array(file.utf8), place: "t")
    #expect(try tokenizer.tokenized("\u{E9}e\u{301}").ids == [0, 1, 2])
  }

  @Test func linesOfWindowsAreRead() throws {
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##b"].joined(separator: "\r\n")
    #expect(
      try Tokenizer(list: Array(words.utf8), place: "vocab.txt").tokenized("AB c").ids
        == [2, 4, 5, 1, 3])
  }
}
