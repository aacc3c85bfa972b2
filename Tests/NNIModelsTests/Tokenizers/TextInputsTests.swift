import Foundation
import NNIGraph
import NNITestSupport
import Testing
import TorchTensor

@testable import NNIModels

/// Text as what a network takes, by the names of its inputs, its card and the files in its folder.
@Suite struct TextInputsTests {
  private func withNetwork<Result>(
    card: String?, tokenizer: String? = "tokenizer.json", _ body: (Model) throws -> Result
  ) throws -> Result {
    try Fixture.withTemporaryFolder { folder in
      let source = Fixture.url("tokenizers/network")
      try FileManager.default.copyItem(
        at: source.appending(path: "net.onnx"), to: folder.appending(path: "net.onnx"))
      if let tokenizer {
        try FileManager.default.copyItem(
          at: source.appending(path: "tokenizer.json"), to: folder.appending(path: tokenizer))
      }
      if let card { try Data(card.utf8).write(to: folder.appending(path: "net.json")) }
      return try body(Model(contentsOf: folder.appending(path: "net.onnx")))
    }
  }

  @Test func inputsAreFilledByTheirNames() throws {
    try withNetwork(card: nil) { model in
      let inputs = try TextInputs(["Hello world", "the film"], for: model)
      #expect(inputs.length == 12 && inputs.name == "input_ids" && inputs.warnings.isEmpty)
      let ids = inputs.texts[0].ids
      #expect(ids.first == 2 && ids.last == 3 && ids.count >= 4)
      let filled = ids.map(Double.init) + Array(repeating: 0, count: 12 - ids.count)
      #expect(try Array(#require(inputs.values["input_ids"]).doubles().prefix(12)) == filled)
      let mask = ids.map { _ in 1.0 } + Array(repeating: 0, count: 12 - ids.count)
      #expect(try Array(#require(inputs.values["attention_mask"]).doubles().prefix(12)) == mask)
      #expect(try #require(inputs.values["token_type_ids"]).doubles().allSatisfy { $0 == 0 })
      #expect(try model(model.joined(inputs.values)).shape == [2, 2])
    }
  }

  @Test func aTextThatIsTooLongIsCutAndThatIsSaid() throws {
    try withNetwork(card: nil) { model in
      let long = Array(repeating: "hello", count: 30).joined(separator: " ")
      let inputs = try TextInputs(["hello", long], for: model)
      #expect(inputs.texts[1].tokens.count == 12 && inputs.texts[1].ids.last == 3)
      #expect(inputs.warnings.count == 1)
      #expect(
        inputs.warnings.first?.hasPrefix(
          "text 2 has 32 tokens and the network takes 12: 20 of them, from the end")
          == true, "\(inputs.warnings)")
    }
  }

  @Test func theCardNamesTheTokenizer() throws {
    let card = #"{"inputs": {"input_ids": {"tokenizer": "words.json"}}}"#
    try withNetwork(card: card, tokenizer: "words.json") { model in
      #expect(model.warnings.isEmpty, "\(model.warnings)")
      let inputs = try TextInputs(["hello"], for: model)
      #expect(inputs.texts[0].tokens.count >= 3)
    }
    // Where the card says nothing, the one in the folder is taken; where nothing is, that is said.
    try withNetwork(card: "{}") { model in
      let tokenizer = try model.tokenizer(of: "input_ids")
      #expect(tokenizer.text(of: 2) == "[CLS]")
    }
    try withNetwork(card: nil, tokenizer: nil) { model in
      let error = #expect(throws: InterpretabilityError.self) {
        try TextInputs(["hello"], for: model)
      }
      #expect(error?.message.contains("put the network's tokenizer.json beside it") == true)
    }
  }

  @Test func whatTheCardSaysWronglyIsTold() throws {
    let strange =
      #"{"inputs": {"input_ids": {"tokeniser": "t.json"}, "other": {"tokenizer": "t.json"}}}"#
    try withNetwork(card: strange) { model in
      #expect(model.warnings.contains { $0.contains("“inputs.input_ids.tokeniser” is unknown") })
      #expect(model.warnings.contains { $0.contains("“other”, which the network has not") })
    }
    for name in ["../t.json", "/t.json", "", ".."] {
      let card = #"{"inputs": {"input_ids": {"tokenizer": "\#(name)"}}}"#
      #expect(throws: InterpretabilityError.self) { try withNetwork(card: card) { _ in } }
    }
  }

  @Test func anotherNetworksTokenizerIsRefused() throws {
    try withNetwork(card: nil) { model in
      let tokenizer = try Tokenizer(contentsOf: Fixture.url("tokenizers/llama3/tokenizer.json"))
      let error = #expect(throws: InterpretabilityError.self) {
        try TextInputs(["naïve café résumé the the"], for: model, tokenizer: tokenizer)
      }
      #expect(error?.message.contains("belongs to another network") == true)
    }
  }
}
