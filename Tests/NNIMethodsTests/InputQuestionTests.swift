import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Networks with several inputs, and with token ids, explained by one input.
struct InputQuestionTests {
  private func model(_ name: String) throws -> Model {
    try Model(contentsOf: Fixture.url("onnx/networks/\(name).onnx")).converted(to: .float64)
  }

  private func inputs() throws -> [String: Tensor] {
    [
      "x": try SeededNumbers.tensor([3, 4], seed: 4),
      "t": try SeededNumbers.tensor([3, 3], seed: 5),
    ]
  }

  private func refusal(_ body: () throws -> Void) throws -> String {
    try #require(throws: InterpretabilityError.self, performing: body).description
  }

  @Test func `An input that is missing, unknown or of another shape is named`() throws {
    let model = try model("two_inputs.dyn")
    #expect(model.inputs.map(\.name) == ["x", "t"])
    let whole = try inputs()
    #expect(try model.joined(whole).shape == [3, 7])
    #expect(
      try refusal { _ = try model.joined(["x": whole["x"]!]) }.contains("“t” [N, 3] is missing"))
    #expect(
      try refusal { _ = try model.joined(whole.merging(["z": whole["x"]!]) { $1 }) }.contains("“z”")
    )
    let wide = try Tensor.full([3, 5], 1)
    #expect(
      try refusal { _ = try model.joined(whole.merging(["t": wide]) { $1 }) }.contains("[3, 5]"))
    let few = try Tensor.full([2, 3], 1)
    #expect(
      try refusal { _ = try model.joined(whole.merging(["t": few]) { $1 }) }.contains("2 samples"))
    #expect(
      try refusal { _ = try InputQuestion(model, inputs: whole, of: "y") }.contains("x, t"))
  }

  @Test func `The maps of all inputs are those of the joined rows`() throws {
    let model = try model("two_inputs.dyn")
    let values = try inputs()
    let rows = try model.joined(values)
    let whole = try GradientTimesInput().attribute(model, input: rows, target: 1).map
    for name in ["x", "t"] {
      let map = try InputQuestion(model, inputs: values, of: name)
        .attribute("gradient-x-input", target: 1).map
      #expect(map.shape == values[name]?.shape)
      #expect(try (map - model.part(name, of: whole)).norm() == 0)
    }
  }

  @Test(arguments: ["integrated-gradients", "deeplift-rescale"])
  func `With one input's baseline the others stay, with all the maps sum together`(
    method: String
  ) throws {
    let model = try model("two_inputs.dyn")
    let values = try inputs()
    let zero = try values.mapValues { try $0.zerosLike() }
    func score(_ x: String, _ t: String) throws -> Tensor {
      let chosen = [
        "x": x == "0" ? zero["x"]! : values["x"]!, "t": t == "0" ? zero["t"]! : values["t"]!,
      ]
      return try model(model.joined(chosen)).selected(axis: 1, index: 1)
    }
    let question = try InputQuestion(model, inputs: values, of: "x")
    let steps: [String: OptionValue] = method.hasPrefix("int") ? ["steps": .number(256)] : [:]
    let alone = try question.attribute(method, steps, target: 1).map.sumPerSample()
    #expect(try (alone - (score("x", "t") - score("0", "t"))).norm() < 1e-3)
    let both = steps.merging(["baseline-x": .text("zero"), "baseline-t": .text("zero")]) { $1 }
    let first = try question.attribute(method, both, target: 1).map.sumPerSample()
    let second = try InputQuestion(model, inputs: values, of: "t")
      .attribute(method, both, target: 1).map.sumPerSample()
    #expect(try (first + second - (score("x", "t") - score("0", "0"))).norm() < 1e-3)
  }

  @Test func `Of token ids the map is the sum over their vectors`() throws {
    let model = try model("token_ids.dyn")
    let name = try #require(model.inputs.first?.name)
    let ids = try Tensor([Int64(1), 5, 2, 7, 3, 0, 2, 2, 4, 6, 1, 1], shape: [2, 6])
    let question = try InputQuestion(model, inputs: [name: ids], of: name)
    let map = try question.attribute("gradient-x-input", target: 1).map
    #expect(map.shape == [2, 6])
    let embedded = try EmbeddedModel(name, of: model)
    let rows = try embedded.rows(model.joined([name: ids]))
    let whole = try GradientTimesInput().attribute(embedded.model, input: rows, target: 1).map
    let vectors = try embedded.model.part(embedded.vectors.name, of: whole)
    #expect(try (map - vectors.sum(over: [2])).norm() == 0)
    // The literal formula: the score less that with another id, one at a time.
    let ablation = try question.attribute(
      "feature-ablation", ["replacement": .number(3), "keep": .list([.number(2)])], target: 1
    ).map.doubles()
    let score = try model(model.joined([name: ids])).selected(axis: 1, index: 1).doubles()
    for place in 0..<6 {
      var list = try ids.elements(as: Int64.self)
      for row in 0..<2 where list[row * 6 + place] != 2 { list[row * 6 + place] = 3 }
      let changed = try model(model.joined([name: Tensor(list, shape: [2, 6])]))
        .selected(axis: 1, index: 1).doubles()
      for row in 0..<2 {
        #expect(abs(ablation[row * 6 + place] - (score[row] - changed[row])) < 1e-12)
      }
    }
  }

  @Test func `Methods that change all of the input are refused`() throws {
    let model = try model("two_inputs.dyn")
    let values = try inputs()
    let question = try InputQuestion(model, inputs: values, of: "x")
    for method in ["occlusion", "feature-ablation"] {
      #expect(
        try refusal { _ = try question.attribute(method, target: 1) }.contains("one input"))
      let rows = try model.joined(values)
      #expect(
        try refusal {
          _ = try Catalog.method(method).attribute(model, input: rows, target: 1)
        }.contains("one input"))
    }
  }

  @Test func `A token that is none and a baseline that fits none are refused`() throws {
    let model = try model("token_ids.dyn")
    let name = try #require(model.inputs.first?.name)
    let ids = try Tensor([Int64](repeating: 1, count: 6), shape: [1, 6])
    let question = try InputQuestion(model, inputs: [name: ids], of: name)
    for options: [String: OptionValue] in [
      ["baseline": .text("token")], ["baseline": .text("token"), "token": .number(1e6)],
      ["baseline": .text("median")], ["keep": .text("x")],
    ] {
      #expect(throws: InterpretabilityError.self) {
        try question.attribute("integrated-gradients", options, target: 1)
      }
    }
    let high = try Tensor([Int64(1), 1, 1, 1, 1, 1_000_000], shape: [1, 6])
    #expect(throws: InterpretabilityError.self) { try model(model.joined([name: high])) }
    let real = try Tensor([1.0, 1, 1, 1, 1, 1], shape: [1, 6])
    #expect(throws: InterpretabilityError.self) { try model.joined([name: real]) }
  }
}
