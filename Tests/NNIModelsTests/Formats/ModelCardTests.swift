import NNIModels
import Foundation
import NNITestSupport
import Testing

struct ModelCardTests {
  private func card(_ json: String, _ others: [String: String] = [:]) throws -> ModelCard {
    try Fixture.withTemporaryFolder { folder in
      for (name, text) in others {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      let url = folder.appending(path: "net.json")
      try Data(json.utf8).write(to: url)
      return try ModelCard(contentsOf: url)
    }
  }

  private func message(_ json: String, _ others: [String: String] = [:]) throws -> String {
    try #require(throws: InterpretabilityError.self) { try card(json, others) }.message
  }

  @Test func `Every key may be left out and unknown ones are ignored`() throws {
    #expect(try card("{}") == ModelCard())
    #expect(try card(#"{"architecture": "vgg16", "x": [1]}"#) == ModelCard(architecture: "vgg16"))
  }

  @Test func `The input may stand inside or outermost`() throws {
    let wanted = InputSpec(size: [2, 3], labels: ["a"])
    #expect(try card(#"{"input": {"size": [2, 3], "labels": ["a"]}}"#).input == wanted)
    #expect(try card(#"{"size": [2, 3], "labels": ["a"]}"#).input == wanted)
  }

  @Test func `Labels come from a file in the same folder`() throws {
    for json in [#"{"input": {"labels_file": "l.txt"}}"#, #"{"labels_file": "l.txt"}"#] {
      let found = try card(json, ["l.txt": "a b\r\n\n ü \n\n"]).input.labels
      #expect(found == ["a b", "", "ü"])
    }
  }

  @Test(arguments: ["../l.txt", "/etc/passwd", "a/../l.txt", "..", ".", "", "missing.txt"])
  func `Labels from elsewhere are refused`(name: String) throws {
    let message = try message("{\"labels_file\": \"\(name)\"}")
    #expect(message.contains("net.json"))
    #expect(message.contains("labels_file"))
  }

  @Test func `A link out of the folder is refused`() throws {
    try Fixture.withTemporaryFolder { folder in
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "l.txt"), withDestinationURL: URL(filePath: "/etc/passwd"))
      let url = folder.appending(path: "net.json")
      try Data(#"{"labels_file": "l.txt"}"#.utf8).write(to: url)
      let error = try #require(throws: InterpretabilityError.self) {
        try ModelCard(contentsOf: url)
      }
      #expect(error.message.contains("leads out"))
    }
  }

  @Test(arguments: [
    ("", "no valid JSON"), ("[]", "no JSON object"), (#"{"name": 1}"#, "“name”"),
    (#"{"input": {"size": ["a", 2]}}"#, "“input.size[0]”"),
    (#"{"input": {"channels": "cmyk"}}"#, "“input.channels”"),
    (#"{"input": 3}"#, "“input”"), (#"{"input": {"size": [1]}}"#, "size is [1]"),
    (#"{"input": {"std": [1, 0, 1]}}"#, "std positive"), (#"{"name": "a", "name": "b"}"#, "twice"),
  ])
  func `What is malformed is told with file and key`(json: String, wanted: String) throws {
    let message = try message(json)
    #expect(message.hasPrefix("net.json"))
    #expect(message.contains(wanted), "\(message)")
  }

  @Test func `Metadata says the same`() throws {
    let card = ModelCard(
      name: "n", summary: "s", architecture: "a", source: "w", licence: "l",
      input: InputSpec(size: [4, 5], channels: .grey, mean: [0.5], labels: ["x", "y"]))
    #expect(try ModelCard(metadata: card.metadata, of: "f") == card)
    #expect(try ModelCard().metadata.isEmpty)
    let error = try #require(throws: InterpretabilityError.self) {
      try ModelCard(metadata: ["input_spec": "{\"size\": 3}"], of: "f.safetensors")
    }
    #expect(error.message.contains("f.safetensors, metadata “input_spec”"))
    #expect(error.message.contains("size"))
  }

  @Test func `A card is found beside the weights`() throws {
    try Fixture.withTemporaryFolder { folder in
      let weights = folder.appending(path: "net.v2.safetensors")
      #expect(try ModelCard(beside: weights) == nil)
      try Data(#"{"name": "n"}"#.utf8).write(to: folder.appending(path: "net.v2.json"))
      #expect(try ModelCard(beside: weights)?.name == "n")
    }
  }
}
