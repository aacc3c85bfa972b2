import Foundation
import NNITestSupport
import Testing

@testable import NNIModels

/// What goes into a network: by itself, or by names; and what its card says of sizes.
@Suite struct ModelInputTests {
  /// A file with a card of its own beside it.
  private func open(_ file: String, card: String) throws -> Model {
    try Fixture.withTemporaryFolder { folder in
      let source = Fixture.url(file)
      let url = folder.appending(path: source.lastPathComponent)
      try FileManager.default.copyItem(at: source, to: url)
      let place = url.deletingPathExtension().appendingPathExtension("json")
      try Data(card.utf8).write(to: place)
      return try Model(contentsOf: url)
    }
  }

  private func refusal(_ body: () throws -> Void) throws -> String {
    try #require(throws: InterpretabilityError.self) { try body() }.message
  }

  private static let ids = [3, 1, 4, 1, 5, 2, 2, 1].map(Int64.init)

  @Test func `Named tensors are fitted and joined in one call`() throws {
    let model = try Model(contentsOf: Fixture.url("onnx/open/sentence.onnx"))
    let ids = try Tensor(Self.ids, shape: [2, 4])
    let mask = try Tensor([Int64](repeating: 1, count: 8), shape: [2, 4])
    let input: ModelInput = ["ids": ids, "mask": mask]
    let (own, rows) = try model.batch(of: input)
    #expect(own.sizesText == "ids [N, 4], mask [N, 4]")
    #expect(rows.shape == [2, 8])
    let wanted = try own(rows)
    try expectClose(model(input), wanted)
    try expectClose(model(["ids": ids, "mask": mask]), wanted)
    // Rows that are there already go in as they are.
    try expectClose(own(ModelInput(rows)), wanted)
    #expect(try own.fitted(to: ModelInput(rows)).sizesText == own.sizesText)
    #expect(input["mask"]?.identity == mask.identity && input["other"] == nil && input.batch == nil)
    #expect(try refusal { _ = try model(["ids": ids]) }.contains("“mask”"))
  }

  @Test func `A network of one input takes its tensor with and without a name`() throws {
    let model = try Model(contentsOf: Fixture.url("onnx/open/line.onnx"))
    #expect(model.inputName == "x")
    let x = try Tensor.full([2, 1, 16, 40], 0.25)
    let wanted = try model(x)
    try expectClose(model(["x": x]), wanted)
    try expectClose(model(ModelInput(x)), wanted)
    #expect(try model.batch(of: ["x": x]).model.sizesText == "x [N, 1, 16, 40]")
    #expect(
      try refusal { _ = try model(["y": x]) }
        == "the network has one input, “x”; given were “y”")
    #expect(try refusal { _ = try model([:]) }.contains("no tensor was given"))
  }

  @Test func `Inputs that the output does not depend on may be given`() throws {
    var model = try Model(contentsOf: Fixture.url("onnx/open/line.onnx"))
    model.unusedInputs = ["mask"]
    let x = try Tensor.full([1, 1, 16, 40], 0.25)
    try expectClose(model(["x": x, "mask": x]), model(x))
    #expect(try refusal { _ = try model(["x": x, "other": x]) }.contains("“other”"))
  }

  @Test func `One input of whole numbers takes its tensor without a name`() throws {
    let model = try Model(contentsOf: Fixture.url("onnx/networks/token_ids.onnx"))
    let part = try #require(model.inputs.first)
    let ids = try Tensor([Int64](repeating: 2, count: part.count), shape: [1] + part.shape)
    try expectClose(model(ModelInput(ids)), model([part.name: ids]))
  }

  @Test func `Inputs are described`() throws {
    let sentence = try open(
      "onnx/open/sentence.onnx", card: #"{"inputs": {"mask": {"kind": "values"}}}"#)
    #expect(sentence.warnings.isEmpty)
    #expect(sentence.inputDescriptions.map(\.name) == ["ids", "mask"])
    #expect(sentence.inputDescriptions.map(\.role) == [.tokenIDs, .values])
    #expect(sentence.inputDescriptions[0].shape == "[N, sequence (open)]")
    let line = try Model(contentsOf: Fixture.url("onnx/open/line.onnx"))
    #expect(
      line.inputDescriptions == [
        InputDescription(
          name: "x", type: "float32", shape: "[N, 1, 16, width (open)]", role: .image, features: [])
      ])
  }

  @Test(arguments: ["onnx/open/sentence.onnx", "pt2/open/sentence.pt2"])
  func `A card states sizes that the file leaves open`(file: String) throws {
    let model = try open(file, card: #"{"inputs": {"ids": {"shape": [24]}}}"#)
    #expect(model.warnings.isEmpty)
    // The mask has the same length by the file.
    #expect(model.sizesText == "ids [N, 24], mask [N, 24]")
    // They are no limit.
    let ids = try Tensor(Self.ids, shape: [2, 4])
    let mask = try Tensor([Int64](repeating: 1, count: 8), shape: [2, 4])
    try expectClose(
      model(["ids": ids, "mask": mask]),
      Model(contentsOf: Fixture.url(file))(["ids": ids, "mask": mask]))
  }

  @Test func `A card states the size of the only input`() throws {
    let model = try open(
      "onnx/open/line.onnx", card: #"{"inputs": {"x": {"shape": [1, 16, 48]}}}"#)
    #expect(model.sizesText == "x [N, 1, 16, 48]")
    #expect(model.sampleShape == [1, 16, 48])
  }

  @Test(arguments: [
    (#"{"ids": {"shape": [24, 3]}}"#, "states the shape [24, 3] for a sample of the input “ids”"),
    (#"{"ids": {"shape": [24]}, "mask": {"shape": [20]}}"#, "24 and 20 for the extent “sequence”"),
    (#"{"ids": {"shape": [0]}}"#, "positive numbers"),
    (#"{"ids": {"shape": [24], "size": [4, 4]}}"#, "a shape and a picture's keys"),
    (#"{"mask": {"kind": "masks"}}"#, "wanted one of image, features, token-ids, mask"),
  ])
  func `A card that contradicts the file or itself is refused`(
    inputs: String, message: String
  ) throws {
    let text = try refusal {
      _ = try open("onnx/open/sentence.onnx", card: #"{"inputs": \#(inputs)}"#)
    }
    #expect(text.contains(message), "\(text)")
  }
}
