import Foundation
import NNITestSupport
import Testing

/// `nni predict` and `nni explain` of text.
@Suite struct TextCommandTests {
  private func withNetwork<Result>(_ body: (URL) throws -> Result) throws -> Result {
    try Fixture.withTemporaryFolder { folder in
      for name in ["net.onnx", "net.json", "tokenizer.json"] {
        try FileManager.default.copyItem(
          at: Fixture.url("tokenizers/network/\(name)"), to: folder.appending(path: name))
      }
      return try body(folder)
    }
  }

  private struct Record: Decodable {
    struct Token: Decodable {
      let id: Int
      let token: String
      let start: Int
      let end: Int
      let isSpecial: Bool
      let word: Int
    }
    struct Map: Decodable {
      let method: String
      let values: [Double]
      let words: [Double]
      let score: Double?
      let reference: Double?
      let residual: Double?
    }
    let text: String
    let tokens: [Token]
    let maps: [Map]
  }

  @Test func predictionsOfTextsAreThoseOfTheirIds() throws {
    try withNetwork { folder in
      try Data("the good film\n\nHello world\n".utf8).write(to: folder.appending(path: "t.txt"))
      let run = try CommandRun(
        ["predict", "net.onnx", "--text", "Hello world", "--text-file", "t.txt", "--json"],
        in: folder)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      struct Answer: Decodable {
        struct Entry: Decodable { let label: String; let logit: Double }
        let name: String
        let classes: [Entry]
      }
      let answers = try JSONDecoder().decode([Answer].self, from: Data(run.output.utf8))
      #expect(answers.map(\.name) == ["Hello world", "the good film", "Hello world"])
      #expect(Set(answers[0].classes.map(\.label)) == ["bad", "good"])
      #expect(answers[0].classes[0].logit == answers[2].classes[0].logit)
      #expect(answers[0].classes[0].logit != answers[1].classes[0].logit)
    }
  }

  @Test func wordsGetValuesThatSumToTheScore() throws {
    try withNetwork { folder in
      let text = "Unbelievable <b>&amp; tokens,\u{1B}[31m playing"
      let run = try CommandRun(
        [
          "explain", "net.onnx", "--text", text, "--text", "the film", "--target", "good",
          "--method", "integrated-gradients:steps=64", "--method", "gradient-x-input", "--method",
          "feature-ablation", "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      // No terminal: numbers, and no control characters of the text's own.
      #expect(!run.output.contains("\u{1B}") && run.output.contains("film "))
      let records = try JSONDecoder().decode(
        [Record].self, from: Data(contentsOf: folder.appending(path: "out/tokens.json")))
      #expect(records.map(\.text) == [text, "the film"])
      for record in records {
        #expect(
          record.maps.map(\.method) == [
            "integrated-gradients", "gradient-x-input", "feature-ablation",
          ])
        for map in record.maps {
          #expect(map.values.count == record.tokens.count)
          for word in map.words.indices {
            let own = zip(record.tokens, map.values).filter { $0.0.word == word }.map(\.1)
            #expect(abs(own.reduce(0, +) - map.words[word]) < 1e-12)
          }
        }
        let map = record.maps[0]
        let score = try #require(map.score)
        let reference = try #require(map.reference)
        #expect(abs(score - reference - map.values.reduce(0, +)) < 1e-3 * max(1, abs(score)))
        // Special tokens keep their vectors, so that they get nothing.
        #expect(record.tokens.first?.isSpecial == true && map.values.first == 0)
        let scalars = Array(record.text.unicodeScalars)
        #expect(record.tokens.allSatisfy { $0.end <= scalars.count })
      }
      let page = try String(contentsOf: folder.appending(path: "out/report.html"), encoding: .utf8)
      #expect(!page.contains("<b>&amp; ") && page.contains("&lt;"))
      #expect(page.contains("class=\"special\"") && page.contains("residual"))
      #expect(MarkupOutline(page).isWellFormed)
    }
  }

  @Test func tokensAreTakenAwayAndBaselinesNamed() throws {
    try withNetwork { folder in
      let methods = [
        "occlusion:window=2", "feature-ablation:replacement=mean",
        "integrated-gradients:baseline=mask", "integrated-gradients:baseline=zero:mean:pad",
        "smoothgrad:of=gradient-x-input,propagation=libra",
      ]
      let run = try CommandRun(
        ["explain", "net.onnx", "--text", "the good film", "--output", "out"]
          + methods.flatMap { ["--method", $0] }, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let records = try JSONDecoder().decode(
        [Record].self, from: Data(contentsOf: folder.appending(path: "out/tokens.json")))
      let maps = try #require(records.first).maps
      #expect(maps.count == methods.count)
      #expect(Set(maps.map(\.values)).count == methods.count)
      for map in maps.prefix(4) { #expect(map.values.first == 0) }
      let bad = try CommandRun(
        [
          "explain", "net.onnx", "--text", "a", "--method", "integrated-gradients:baseline=nothing",
          "--output", "out",
        ], in: folder)
      #expect(bad.status != 0 && bad.errors.contains("zero, mean"))
    }
  }

  @Test func mapsOfTokensAreJudged() throws {
    try withNetwork { folder in
      let run = try CommandRun(
        [
          "evaluate", "net.onnx", "--text", "the good film", "--text", "Hello world", "--method",
          "gradient-x-input", "--method", "feature-ablation", "--metric", "deletion", "--metric",
          "insertion", "--metric", "sparseness", "--replacement", "zero", "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("(random)") && run.output.contains("2 texts"))
      let page = try String(
        contentsOf: folder.appending(path: "out/evaluation.html"), encoding: .utf8)
      #expect(page.contains("text 2") && MarkupOutline(page).isWellFormed)
      let csv = try String(
        contentsOf: folder.appending(path: "out/evaluation.csv"), encoding: .utf8)
      // Two texts, three methods, 21 points.
      #expect(
        csv.split(separator: "\n").filter { $0.contains(",insertion,logit,") && !$0.hasSuffix(",") }
          .count == 126)
      for (arguments, message) in [
        (["--text", "a", "x.jpg"], "either photographs or texts"), ([], "photographs or texts"),
        (["--text", "a", "--replacement", "nothing"], "mask, pad, zero"),
        (["--text", "a", "--metric", "pointing-game"], "not defined on tokens"),
      ] {
        let bad = try CommandRun(["evaluate", "net.onnx", "--output", "o"] + arguments, in: folder)
        #expect(bad.status != 0 && bad.errors.contains(message), "\(bad.errors)")
      }
    }
  }

  @Test func whatDoesNotFitIsSaidInASentence() throws {
    try withNetwork { folder in
      let long = Array(repeating: "hello", count: 40).joined(separator: " ")
      let run = try CommandRun(["predict", "net.onnx", "--text", long], in: folder)
      #expect(run.status == 0)
      #expect(run.errors.contains("has 42 tokens and the network takes 12"))
      for (arguments, message) in [
        (
          ["explain", "net.onnx", "--text", "a", "x.jpg", "--output", "out"],
          "either photographs or texts"
        ),
        (
          ["explain", "net.onnx", "--text", "a", "--graph", "--output", "out"],
          "--graph is for photographs"
        ),
        (["explain", "net.onnx", "--output", "out"], "Give photographs, or texts"),
        (
          ["explain", "net.onnx", "--text", "a", "--method", "gradient", "--output", "out"],
          "no single value for a token"
        ),
        (["predict", "net.onnx", "--tokenizer", "t.json", "x.jpg"], "--tokenizer is for texts"),
        (["predict", "squeezenet1_1", "--text", "a"], "networks of text"),
        (["predict", "net.onnx", "--text", "a", "--tokenizer", "net.onnx"], "is no JSON"),
        (["predict", "net.onnx", "--text-file", "none.txt"], "none.txt cannot be read"),
      ] {
        let run = try CommandRun(arguments, in: folder)
        #expect(run.status != 0 && run.errors.contains(message), "\(arguments): \(run.errors)")
      }
    }
  }
}
