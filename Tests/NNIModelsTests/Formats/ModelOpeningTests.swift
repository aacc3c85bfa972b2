import NNIModels
import Foundation
import NNITestSupport
import Testing

struct ModelOpeningTests {
  /// Weights of a small network in a file, and what is made of them.
  private func opened(
    metadata: [String: String] = [:], card: String? = nil, name: String = "net.safetensors"
  ) throws -> Model {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: name)
      let network = try #require(try FormulaWeights.networks()["general_cnn"])
      let state = try FormulaWeights.stateDict(network)
      try SafetensorsFile.write(
        tensors: state.map { ($0.key, $0.value) }, metadata: metadata, to: url)
      if let card { try Data(card.utf8).write(to: folder.appending(path: "net.json")) }
      return try Model(contentsOf: url)
    }
  }

  private func message(
    metadata: [String: String] = [:], card: String? = nil
  ) throws -> String {
    try #require(throws: InterpretabilityError.self) {
      try opened(metadata: metadata, card: card)
    }.message
  }

  @Test func `The card or the metadata name the architecture`() throws {
    for model in [
      try opened(metadata: ["architecture": "general_cnn"]),
      try opened(card: #"{"architecture": "general_cnn"}"#),
      try opened(metadata: ["architecture": "general_cnn"], name: "net.bin"),
    ] {
      #expect(model.name == "net")
      #expect(model.inputSpec == .mnist)
      #expect(model.graph.nodes.map(\.id.name).contains("features.conv1"))
    }
  }

  @Test func `The card goes before the metadata, both before the architecture`() throws {
    let model = try opened(
      metadata: [
        "architecture": "general_cnn", "name": "inner",
        "input_spec": #"{"size": [28, 28], "channels": "grey", "mean": [0.5]}"#,
      ], card: #"{"name": "outer", "labels": ["a", "b"]}"#)
    #expect(model.name == "outer")
    #expect(model.inputSpec.mean == [0.5])
    #expect(model.inputSpec.labels == ["a", "b"])
  }

  @Test func `Without an architecture the fitting ones are told`() throws {
    let message = try message()
    #expect(message.contains("net.safetensors does not say"))
    #expect(message.contains(#"{"architecture": "cnn_dropout"}"#))
    #expect(message.contains("its parameters fit cnn_dropout, general_cnn"))
  }

  @Test func `An unknown or a wrong architecture is told`() throws {
    #expect(try message(card: #"{"architecture": "general_cn"}"#).contains("general_cnn"))
    let wrong = try message(card: #"{"architecture": "am_cnn"}"#)
    #expect(wrong.contains("do not fit am_cnn"))
    #expect(wrong.contains("missing are conv1.weight"))
    #expect(wrong.contains("unexpected are classifier.fc1.bias"))
  }

  @Test func `What is no model is an error`() throws {
    try Fixture.withTemporaryFolder { folder in
      let files: [(String, Data, String)] = [
        ("a.bin", Data("hello".utf8), "known format"), ("e.safetensors", Data(), "is empty"),
        ("t.safetensors", Data("x".utf8), "1 bytes"),
      ]
      for (name, data, wanted) in files {
        let url = folder.appending(path: name)
        try data.write(to: url)
        let error = try #require(throws: InterpretabilityError.self) {
          try Model(contentsOf: url)
        }
        #expect(error.message.contains(wanted), "\(error.message)")
      }
      for (url, wanted) in [(folder, "folder"), (folder.appending(path: "x"), "not exist")] {
        let error = try #require(throws: InterpretabilityError.self) {
          try Model(contentsOf: url)
        }
        #expect(error.message.contains(wanted))
      }
    }
  }
}
