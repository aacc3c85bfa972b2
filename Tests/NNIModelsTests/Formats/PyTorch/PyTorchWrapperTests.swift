import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels

/// What checkpoints put around weights, and signs that tensors carry beside their storage.
struct PyTorchWrapperTests {
  private func file(_ name: String) throws -> PyTorchFile {
    try PyTorchFile(contentsOf: Fixture.url("pytorch/\(name)"))
  }

  @Test func `The negative bit turns signs`() throws {
    let file = try file("negated.pt")
    #expect(try file["imaginary"].doubles() == [-2, 4, -0.25])
    #expect(try file["transposed"].doubles() == [0, -3, -1, -4, -2, -5])
    #expect(try file["plain"].doubles() == [1, 1])
  }

  @Test func `Tensors beside the state dict are no second one`() throws {
    #expect(try file("beside.pt").names == ["module.fc.weight", "module.fc.bias"])
    #expect(
      try file("lightning.ckpt").names
        == ["model._orig_mod.fc.weight", "model._orig_mod.fc.bias"])
  }

  private func weights() throws -> [String: Tensor] {
    try PyTorchFile(contentsOf: Fixture.url("pytorch/model_cnn.pt")).tensors()
  }

  private func opened(_ tensors: [String: Tensor], suffix: String = "safetensors") throws -> Model {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.\(suffix)")
      try SafetensorsFile.write(tensors: tensors.sorted { $0.key < $1.key }, to: url)
      let card = folder.appending(path: "net.json")
      try Data(#"{"architecture": "general_cnn"}"#.utf8).write(to: card)
      return try Model(contentsOf: url)
    }
  }

  @Test(arguments: [
    "_orig_mod.", "model.", "net.", "module.", "module._orig_mod.", "model.net.module._orig_mod.",
  ])
  func `Prefixes are taken off by what fits`(prefix: String) throws {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in try weights() { tensors[prefix + name] = tensor }
    // What a training keeps beside the network.
    tensors["criterion.weight"] = try Tensor.full([10], 1)
    let image = try Tensor.full([1, 1, 28, 28], 0.25)
    let plain = try opened(weights())(image)
    #expect(try opened(tensors)(image).data() == plain.data())
  }

  @Test func `A module of any name that holds all is taken off`() throws {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in try weights() { tensors["classifier_v2.backbone." + name] = tensor }
    let image = try Tensor.full([1, 1, 28, 28], 0.25)
    #expect(try opened(tensors)(image).data() == opened(weights())(image).data())
  }

  @Test func `A compiled or parallel part is found`() throws {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in try weights() {
      tensors[name.replacing("features.", with: "features.module._orig_mod.")] = tensor
    }
    #expect(try opened(tensors).graph.parameterCount == 21_840)
  }

  @Test func `Two networks that fit are not chosen between`() throws {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in try weights() {
      tensors["model." + name] = tensor
      tensors["net." + name] = tensor
    }
    let error = try #require(throws: InterpretabilityError.self) { try opened(tensors) }
    #expect(error.message.contains("“net.”") && error.message.contains("“model.”"))
  }

  @Test func `Names that fit nothing are told without the prefix`() throws {
    let tensors = ["model.other": try Tensor.full([1], 1)]
    let error = try #require(throws: InterpretabilityError.self) { try opened(tensors) }
    #expect(error.message.contains("unexpected are other"))
  }
}
