import NNIModels
import Foundation
import NNITestSupport
import Testing

struct PyTorchFormatTests {
  /// Copies a file into a folder of its own, with a card if one is given.
  private func opened(
    _ fixture: String, as name: String = "net.pt", card: String = ""
  ) throws -> Model {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: name)
      try FileManager.default.copyItem(at: Fixture.url("pytorch/\(fixture).pt"), to: url)
      if !card.isEmpty {
        try Data(card.utf8).write(
          to: url.deletingPathExtension().appendingPathExtension("json"))
      }
      return try Model(contentsOf: url)
    }
  }

  @Test func `The original package's checkpoint is its safetensors twin`() throws {
    let file = try PyTorchFile(contentsOf: Fixture.url("pytorch/model_cnn.pt"))
    let twin = try SafetensorsFile(contentsOf: Fixture.url("original/model_cnn.safetensors"))
    #expect(Set(file.names) == Set(twin.names))
    for name in twin.names {
      #expect(try file[name].data() == twin[name].data(), "\(name)")
      #expect(file.entries[name]?.shape == twin.entries[name]?.shape)
    }
    let model = try opened("model_cnn", card: #"{"architecture": "general_cnn"}"#)
    let other = try Catalog.architecture(named: "general_cnn").model(WeightSource(twin))
    let image = try Tensor.full([2, 1, 28, 28], 0.25)
    #expect(try model(image).data() == other(image).data())
    #expect(model.name == "net")
    #expect(model.inputSpec == other.inputSpec)
    #expect(model.digest.count == 64)
  }

  @Test func `Without a card the message lists what fits`() throws {
    let error = try #require(throws: InterpretabilityError.self) { try opened("model_cnn") }
    #expect(error.message.contains("net.json"))
    #expect(error.message.contains("fit cnn_dropout, general_cnn"), "\(error.message)")
    #expect(!error.message.contains("metadata"))
    let other = try #require(throws: InterpretabilityError.self) { try opened("plain-dict") }
    #expect(other.message.contains("known are"))
  }

  @Test(arguments: ["zip-2", "legacy-2", "zip-4", "legacy-4", "zip64"])
  func `Files are recognised by their contents, too`(fixture: String) throws {
    for name in ["net.pth", "net.ckpt", "net", "net.bin"] {
      let error = try #require(throws: InterpretabilityError.self) {
        try opened(fixture, as: name)
      }
      #expect(error.message.contains("does not say what network"), "\(error.message)")
    }
  }

  @Test func `Other archives and wrong cards are refused`() throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.zip")
      // An empty zip archive.
      let empty = Data([0x50, 0x4B, 5, 6]) + Data(count: 18)
      try empty.write(to: url)
      let unknown = try #require(throws: InterpretabilityError.self) { try Model(contentsOf: url) }
      #expect(unknown.message.contains("no known format"))
    }
    let error = try #require(throws: InterpretabilityError.self) {
      try opened("model_cnn", card: #"{"architecture": "resnet18"}"#)
    }
    #expect(error.message.hasPrefix("net.pt"))
  }
}
