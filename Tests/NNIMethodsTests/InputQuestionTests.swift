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

  @Test func `Rows of all inputs are refused by methods that change all of the input`() throws {
    let model = try model("two_inputs.dyn")
    let rows = try model.joined(inputs())
    for method in ["smoothgrad", "occlusion", "feature-ablation"] {
      #expect(
        try refusal {
          _ = try Catalog.method(method).attribute(model, input: rows, target: 1)
        }.contains("one input"))
    }
  }

  @Test(arguments: [Target.class(1), .classes([1, 0, 1])])
  func `Features of one input are ablated, the others stay`(target: Target) throws {
    let model = try model("two_inputs.dyn")
    let values = try inputs()
    let answer = try InputQuestion(model, inputs: values, of: "x")
      .attribute("feature-ablation", ["window": .number(1)], target: target)
    #expect(answer.map.shape == [3, 4])
    // The literal formula: one element at a time.
    let score = try model(values).doubles()
    let numbers = try #require(try values["x"]?.doubles())
    let found = try answer.map.doubles()
    let classes: [Int] = if case .classes(let list) = target { list } else { [1, 1, 1] }
    for (sample, c) in classes.enumerated() {
      let width = score.count / 3
      #expect(abs(answer.attribution.ledger.score[sample] - score[sample * width + c]) < 1e-12)
      for column in 0..<4 {
        var changed = numbers
        changed[sample * 4 + column] = 0
        var all = values
        all["x"] = try Tensor(changed, shape: [3, 4])
        let other = try model(all).doubles()[sample * width + c]
        #expect(abs(found[sample * 4 + column] - (score[sample * width + c] - other)) < 1e-12)
      }
    }
  }

  @Test(arguments: ["x", "t"])
  func `Noise goes to one input`(name: String) throws {
    let model = try model("two_inputs.dyn")
    let values = try inputs()
    let question = try InputQuestion(model, inputs: values, of: name)
    let still = try question.attribute(
      "smoothgrad", ["noise": .number(0), "samples": .number(2)], target: 1
    ).map
    try expectClose(still, question.attribute("gradient", target: 1).map, relative: 1e-12)
    let options: [String: OptionValue] = ["noise": .number(0.5), "samples": .number(4)]
    let whole = try question.attribute("smoothgrad", options, target: 1).map
    for sample in 0..<3 {
      let one = try values.mapValues { try $0.narrowed(axis: 0, to: sample..<sample + 1) }
      let alone = try InputQuestion(model, inputs: one, of: name)
        .attribute("smoothgrad", options, target: 1).map
      try expectClose(
        whole.narrowed(axis: 0, to: sample..<sample + 1), alone, relative: 1e-12)
    }
  }

  @Test func `Noise goes to the vectors of token ids, masks do not`() throws {
    let model = try model("token_ids.dyn")
    let name = try #require(model.inputs.first?.name)
    let ids = try Tensor([Int64(1), 5, 2, 7, 3, 0, 2, 2, 4, 6, 1, 1], shape: [2, 6])
    let question = try InputQuestion(model, inputs: [name: ids], of: name)
    let map = try question.attribute(
      "smoothgrad",
      ["of": .text("gradient-x-input"), "noise": .number(0), "samples": .number(2)], target: 1
    ).map
    try expectClose(
      map, question.attribute("gradient-x-input", target: 1).map, relative: 1e-12)
    #expect(
      try refusal { _ = try question.attribute("score-cam", target: 1) }.contains("one input"))
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
