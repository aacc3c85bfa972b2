@testable import NNIMethods
@testable import NNIUncertainty
import NNIModels
import NNITestSupport
import Testing

/// Distributions over transformers of token ids.
struct TokenUncertaintyTests {
  private func inputs() throws -> [String: Tensor] {
    let file = try SafetensorsFile(
      contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))
    return try Dictionary(
      uniqueKeysWithValues: ["input_ids", "attention_mask", "token_type_ids"].map {
        ($0, try file["bert-mini/\($0)"])
      })
  }

  private func model(_ inputs: [String: Tensor]) throws -> Model {
    try Model(contentsOf: Fixture.url("golden/transformers/models/bert-mini.onnx"))
      .converted(to: .float64).fitted(to: inputs)
  }

  @Test(arguments: ["gradient-x-input", "cp-lrp", "integrated-gradients", "feature-ablation"])
  func `Dropout over tokens is the list of single runs`(name: String) throws {
    let inputs = try inputs()
    let model = try model(inputs)
    let place = try #require(model.graph.nodes.first { $0.layer.kind == .normalization }).id
    let members = try MonteCarloDropout(
      model, passes: 5, seed: 3, inserting: [.init(after: place, rate: 0.3)])
    let options: [String: OptionValue] =
      name == "feature-ablation" ? ["replacement": .number(3)] : [:]
    let method = InputMethod(name, options, of: "input_ids")
    let rows = try model.joined(inputs)
    let found = try UncertainAttribution(method, over: members)
      .attribute(rows, target: .class(1))
    let tokens = inputs["input_ids"]!.shape[1]
    #expect(found.mean.map.shape == [3, tokens])
    for sample in 0..<3 {
      let one = try rows.narrowed(axis: 0, to: sample..<sample + 1)
      let maps = try (0..<5).map { pass in
        try method.attribute(
          members.member([MemberDraw(pass: pass, sample: sample)]), input: one, target: .class(1)
        ).map.doubles()
      }
      let mean = (0..<tokens).map { token in maps.reduce(0) { $0 + $1[token] } / 5 }
      try expectClose(
        found.mean.map.narrowed(axis: 0, to: sample..<sample + 1).doubles(), mean, relative: 1e-9)
      #expect(maps[0] != maps[1])
    }
  }

  @Test func `An ensemble over tokens is the mean of its members`() throws {
    let inputs = try inputs()
    let first = try model(inputs)
    var second = first
    second.graph = try first.graph.mapParameters { try $0 * 1.1 }
    let method = InputMethod("attn-lrp", of: "input_ids")
    let rows = try first.joined(inputs)
    let found = try UncertainAttribution(method, over: DeepEnsemble([first, second]))
      .attribute(rows, target: .class(0))
    let maps = try [first, second].map {
      try method.attribute($0, input: rows, target: .class(0)).map
    }
    try expectClose(found.mean.map, (maps[0] + maps[1]) / 2, relative: 1e-9)
  }
}
