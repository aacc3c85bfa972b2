import NNITestSupport
import NNInterpretability
import Testing

/// Laws of the methods that know attention, on the golden transformers.
struct TransformerLawTests {
  private static let methods = [
    "attn-lrp", "cp-lrp", "lrp-epsilon", "lrp-gamma", "lrp-flat", "lrp-composite", "attention",
    "attention-rollout", "attention-flow", "generic-attention", "token-contributions",
    "transformer-attribution", "att-cat", "grad-cam", "score-cam", "ablation-cam",
  ]

  private func model(_ name: String) throws -> Model {
    try Model(contentsOf: Fixture.url("golden/transformers/models/\(name).onnx"))
      .converted(to: .float64)
  }

  private func image(_ name: String) throws -> Tensor {
    try SafetensorsFile(contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))[
      "\(name)/image"]
  }

  @Test(arguments: methods, ["vit-mini", "vit-reg", "vit-gap"])
  func `A map in a batch is the map alone`(method: String, net: String) throws {
    let (model, batch) = try (model(net), image(net))
    let method = try Catalog.method(method)
    let whole = try method.attribute(model, input: batch, target: .class(1)).map
    for sample in 0..<batch.shape[0] {
      let alone = try method.attribute(
        model, input: batch.narrowed(axis: 0, to: sample..<sample + 1), target: .class(1))
      try expectClose(
        whole.narrowed(axis: 0, to: sample..<sample + 1), alone.map, relative: 1e-9)
    }
  }

  /// All of the score is in the input and in constants, for attention's weights are constants.
  @Test(arguments: ["vit-mini", "vit-reg", "vit-gap"])
  func `CP-LRP conserves`(net: String) throws {
    let answer = try TransformerLRP(.conservative)
      .attribute(model(net), input: image(net), target: .class(1))
    for sample in answer.ledger.score.indices {
      let rest = try #require(answer.ledger.rows.last).values[sample]
      #expect(abs(rest) <= 1e-9 * abs(answer.ledger.score[sample]))
    }
  }

  /// What the input, constants and softmaxes have is what the reference's ledger says.
  @Test(arguments: ["vit-mini", "vit-reg", "vit-gap"], ["attn-lrp", "cp-lrp"])
  func `The ledger is the reference's`(net: String, method: String) throws {
    let targets = ["vit-mini": [0, 3, 4], "vit-reg": [1, 4], "vit-gap": [2, 0]][net] ?? []
    let answer = try Catalog.method(method)
      .attribute(model(net), input: image(net), target: .classes(targets))
    let file = try SafetensorsFile(
      contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))
    let rows = try file["\(net)/\(method)/ledger"]
    let found = answer.ledger.rows
    let names: [String: [String]] = [
      "vit-mini": ["class-token", "positions"], "vit-gap": ["register-tokens", "positions"],
      "vit-reg": ["class-token", "register-tokens", "positions"],
    ]
    #expect(found.map(\.name) == ["input"] + (names[net] ?? []) + ["biases", "rest"])
    for (column, row) in found.enumerated() {
      let wanted = try rows.selected(axis: 1, index: column).doubles()
      expectClose(row.values, wanted, relative: 0, absolute: 1e-6, "\(row.name)")
    }
    // Nothing but softmaxes and rounding is in the rest.
    let softmax = answer.ledger.causes[.softmax] ?? []
    expectClose(softmax, found.last?.values ?? [], relative: 0, absolute: 1e-9)
  }

  /// Each row of attention's weights sums to 1; so does a rollout's, over all tokens.
  @Test func `Raw attention is a share`() throws {
    let map = try AttentionMap(.raw).attribute(
      model("vit-gap"), input: image("vit-gap"), target: .class(0)
    ).map
    let sums = try map.sumPerSample().doubles()
    #expect(sums.allSatisfy { $0 > 0 && $0 <= 1 + 1e-9 })
  }

  @Test func `A γ of projections moves relevance`() throws {
    let (model, input) = try (model("vit-mini"), image("vit-mini"))
    let plain = try TransformerLRP(.attentionAware)
      .attribute(model, input: input, target: .class(1))
    let favoured = try TransformerLRP(.attentionAware, projectionGamma: 0.5)
      .attribute(model, input: input, target: .class(1))
    #expect(try (plain.map - favoured.map).magnitude().sum().item() > 0)
  }

  @Test(arguments: [
    "attention", "attention-rollout", "attention-flow", "token-contributions", "att-cat",
  ])
  func `Windows and networks without attention are refused`(method: String) throws {
    for (net, words) in [("swin-mini", "over windows"), ("convnext-mini", "no attention was")] {
      let error = try #require(throws: InterpretabilityError.self) {
        try Catalog.method(method).attribute(model(net), input: image(net), target: .class(0))
      }
      #expect(error.message.contains(words))
    }
  }

  @Test func `Without attention its methods are not offered`() throws {
    let names = Catalog.methods(for: try model("convnext-mini").graph).map(\.name)
    #expect(!names.contains("attention") && names.contains("attn-lrp"))
    #expect(Catalog.methods(for: try model("vit-mini").graph).count == Catalog.methods.count)
  }
}
