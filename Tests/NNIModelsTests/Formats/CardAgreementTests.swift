import Foundation
import NNITestSupport
import NNIModels
import Testing

/// A card that says what is not so: told, or refused.
struct CardAgreementTests {
  private static let golden = "golden/models/vgg-mini.onnx"

  /// A copy of a network with a card beside it.
  private func model(_ path: String, _ card: String?) throws -> Model {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.\(URL(filePath: path).pathExtension)")
      try FileManager.default.copyItem(at: Fixture.url(path), to: url)
      if let card { try Data(card.utf8).write(to: folder.appending(path: "net.json")) }
      return try Model(contentsOf: url)
    }
  }

  private func refusal(_ path: String, _ card: String) throws -> String {
    try #require(throws: InterpretabilityError.self) { try model(path, card) }.message
  }

  @Test(arguments: [
    (#"{"inputs": {"size": [24, 24]}}"#, "“inputs”", "input"),
    (#"{"input": {"sizes": [24, 24]}}"#, "“input.sizes”", "size"),
    (#"{"input": {"labels": []}, "mean": [0, 0, 0]}"#, "“mean”", "belongs into “input”"),
    (#"{"labelfile": "x"}"#, "“labelfile”", "labels_file"),
  ])
  func `Unknown keys are named with the nearest`(
    card: String, key: String, near: String
  ) throws {
    let warnings = try model(Self.golden, card).warnings
    #expect(warnings.count == 1, "\(warnings)")
    #expect(warnings[0].contains(key) && warnings[0].contains(near), "\(warnings)")
    #expect(warnings[0].contains("net.json"))
  }

  @Test func `Known keys and notes are no unknown keys`() throws {
    let card = #"{"name": "n", "recipe": "r", "_note": 1, "input": {"mean": [0, 0, 0], "_": 2}}"#
    #expect(try model(Self.golden, card).warnings.isEmpty)
  }

  @Test func `Too few and too many labels are told`() throws {
    let warnings = try model(Self.golden, #"{"labels": ["a", "b"]}"#).warnings
    #expect(warnings.count == 1 && warnings[0].contains("2 labels"), "\(warnings)")
    let classes = try model(Self.golden, nil)(Tensor.full([1, 3, 32, 32], 0)).shape[1]
    let fitting = (0..<classes).map { "\"c\($0)\"" }.joined(separator: ", ")
    #expect(try model(Self.golden, "{\"labels\": [\(fitting)]}").warnings.isEmpty)
  }

  @Test func `A repeated label is told`() throws {
    let classes = try model(Self.golden, nil)(Tensor.full([1, 3, 32, 32], 0)).shape[1]
    let labels = (0..<classes).map { $0 < 2 ? "\"crane\"" : "\"c\($0)\"" }.joined(separator: ",")
    let warnings = try model(Self.golden, "{\"labels\": [\(labels)]}").warnings
    #expect(warnings.count == 1 && warnings[0].contains("“crane” (0, 1)"), "\(warnings)")
  }

  @Test func `A size or channels that the file contradicts are refused`() throws {
    let size = try refusal("onnx/mixed-fixed-13.onnx", #"{"size": [64, 99], "channels": "rgb"}"#)
    #expect(size.contains("[64, 99]") && size.contains("net.json"), "\(size)")
    let channels = try refusal(Self.golden, #"{"size": [32, 32], "channels": "grey"}"#)
    #expect(channels.contains("grey") && channels.contains("3"), "\(channels)")
  }

  @Test func `Gray is grey, and one mean is one channel`() throws {
    func card(_ text: String) throws -> ModelCard {
      try Fixture.withTemporaryFolder { folder in
        let url = folder.appending(path: "c.json")
        try Data(text.utf8).write(to: url)
        return try ModelCard(contentsOf: url)
      }
    }
    #expect(try card(#"{"channels": "gray"}"#).input.channels == .grey)
    #expect(try card(#"{"size": [8, 8], "mean": [0.5], "std": [0.2]}"#).input.channels == .grey)
    for (key, known) in [("channels", "rgb, bgr, grey"), ("interpolation", "bilinear")] {
      let error = try #require(throws: InterpretabilityError.self) {
        try card("{\"\(key)\": \"mauve\"}")
      }
      #expect(error.message.contains("mauve") && error.message.contains(known), "\(error)")
      #expect(!error.message.contains("Cannot initialize"))
    }
  }

  @Test func `Without a card nobody says how pictures go in`() throws {
    #expect(try !model(Self.golden, nil).describesInput)
    #expect(try !model(Self.golden, #"{"labels": ["a", "b"]}"#).describesInput)
    #expect(try model(Self.golden, #"{"mean": [0.5, 0.5, 0.5]}"#).describesInput)
  }
}
