import NNITestSupport
import NNInterpretability
import Testing

/// Relevance through the scan of a state space, against what PyTorch gives for the same definition.
@Suite struct ScanRelevanceTests {
  private func network() throws -> (model: Model, ids: Tensor, expected: SafetensorsFile) {
    let file = try SafetensorsFile(contentsOf: Fixture.url("mamba/expected.safetensors"))
    let model = try Model(contentsOf: Fixture.url("mamba/scan.onnx")).converted(to: .float64)
    return (model, try file["input_ids"], file)
  }

  @Test func `MambaLRP equals the paper's definition by PyTorch's derivatives`() throws {
    let (model, ids, expected) = try network()
    let question = try InputQuestion(model, inputs: ["input_ids": ids], of: "input_ids")
    try expectClose(model(["input_ids": ids]), expected["logits"], relative: 1e-6)
    let answer = try question.attribute("mamba-lrp", target: 2)
    try expectClose(answer.map, expected["mamba-lrp"], relative: 1e-6, absolute: 1e-9)
    // The selection is what tells it from CP-LRP.
    let other = try question.attribute("cp-lrp", target: 2)
    let difference = try (other.map - answer.map).squared().sum().item()
    #expect(difference > 1e-4)
  }

  @Test func `Without a scan it is CP-LRP`() throws {
    let file = try SafetensorsFile(
      contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))
    var inputs: [String: Tensor] = [:]
    for name in ["input_ids", "attention_mask", "token_type_ids"] {
      inputs[name] = try file["bert-mini/\(name)"]
    }
    let model = try Model(contentsOf: Fixture.url("golden/transformers/models/bert-mini.onnx"))
      .converted(to: .float64)
    let question = try InputQuestion(model, inputs: inputs, of: "input_ids")
    let maps = try ["mamba-lrp", "cp-lrp", "attn-lrp"].map {
      try question.attribute($0, target: 1).map
    }
    try expectClose(maps[0], maps[1], relative: 1e-12)
    #expect(try (maps[0] - maps[2]).squared().sum().item() > 1e-8)
  }
}
