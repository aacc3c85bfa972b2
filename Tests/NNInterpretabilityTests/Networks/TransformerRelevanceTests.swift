import NNITestSupport
import NNInterpretability
import Testing

/// LRP's own methods on transformers, whose rules for attention are defaults.
struct TransformerRelevanceTests {
  private static let targets = ["vit-mini": [0, 3, 4], "vit-reg": [1, 4], "vit-gap": [2, 0]]

  private func tensor(_ key: String) throws -> Tensor {
    try SafetensorsFile(contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))[key]
  }

  private func attribution(
    _ method: any AttributionMethod, _ net: String, file: String = ""
  ) throws -> Attribution {
    let name = file.isEmpty ? net : file
    let model = try Model(contentsOf: Fixture.url("golden/transformers/models/\(name).onnx"))
      .converted(to: .float64)
    return try method.attribute(
      model, input: tensor("\(net)/image"), target: .classes(Self.targets[net] ?? []))
  }

  @Test(arguments: [
    ("vit-mini", "vit-mini"), ("vit-mini", "vit-mini-dynamo"), ("vit-reg", "vit-reg"),
    ("vit-reg", "vit-reg-opset23"), ("vit-gap", "vit-gap"), ("vit-gap", "vit-gap-dynamo"),
  ])
  func `LRP-0 is AttnLRP, whatever file the network comes from`(net: String, file: String) throws {
    let wanted = try tensor("\(net)/attn-lrp")
    for method in [LRP(.zero), LRP(.epsilon, epsilon: 0)] {
      let answer = try attribution(method, net, file: file)
      try expectClose(answer.map, wanted, relative: 1e-6)
      let rows = try tensor("\(net)/attn-lrp/ledger")
      for (column, row) in answer.ledger.rows.enumerated() {
        let values = try rows.selected(axis: 1, index: column).doubles()
        expectClose(row.values, values, relative: 1e-6, absolute: 1e-7, "\(row.name)")
      }
    }
  }

  @Test(arguments: ["vit-mini", "vit-reg", "vit-gap"])
  func `A rule map with all to the values is CP-LRP`(net: String) throws {
    let map = try RuleMapDescription(
      json: #"""
        {"rules": [{"kind": "product", "rule": "values"}, {"rule": "zero"},
        {"kind": "softmax", "rule": "constant"}, {"kind": "normalization", "rule": "constant-scale"},
        {"kind": "activation", "rule": "pass"}]}
        """#)
    let answer = try attribution(LRPComposite(rules: map), net)
    try expectClose(answer.map, tensor("\(net)/cp-lrp"), relative: 1e-6)
    let rest = try #require(answer.ledger.rows.last)
    expectClose(rest.values, rest.values.map { _ in 0 }, absolute: 1e-9)
  }

  @Test func `Values that are no attention's are refused`() throws {
    let map = try RuleMapDescription(json: #"{"rules": [{"kind": "dense", "rule": "values"}]}"#)
    let error = try #require(throws: InterpretabilityError.self) {
      try attribution(LRPComposite(rules: map), "vit-mini")
    }
    #expect(error.message.contains("attention's weights and values"), "\(error)")
    #expect(throws: InterpretabilityError.self) {
      try RuleMapDescription(json: #"{"rules": [{"kind": "product", "rule": "halves"}]}"#)
    }
  }

  /// What is neither in the map nor a constant's is a softmax's or a stabiliser's, for each rule.
  @Test(arguments: LRP.Rule.allCases, ["vit-mini", "vit-reg", "vit-gap"])
  func `Nothing is unexplained`(rule: LRP.Rule, net: String) throws {
    let ledger = try attribution(LRP(rule), net).ledger
    for sample in ledger.score.indices {
      let size = ledger.rows.reduce(abs(ledger.score[sample])) { $0 + abs($1.values[sample]) }
      #expect(abs(ledger.causes[.unexplained]?[sample] ?? 0) <= 1e-8 * size)
      #expect(abs(ledger.sum[sample]) <= 20 * abs(ledger.score[sample]))
    }
  }

  /// Words are averaged by their mask, which is held and gets nothing; token types have a row without attention, too.
  @Test func `A mask takes no part of what it covers`() throws {
    let model = try Model(contentsOf: Fixture.url("tokenizers/network/net.onnx"))
      .converted(to: .float64)
    func row(_ values: [Double]) throws -> Tensor {
      try Tensor(values, shape: [1, 12]).converted(to: .int64)
    }
    let ids: [Double] = [2, 5, 9, 7, 3, 0, 0, 0, 0, 0, 0, 0]
    let question = try InputQuestion(
      model,
      inputs: [
        "input_ids": row(ids), "attention_mask": row(ids.map { min($0, 1) }),
        "token_type_ids": row(ids.map { _ in 0 }),
      ], of: "input_ids")
    func answer(_ method: String, _ options: [String: OptionValue] = [:]) throws -> InputAttribution
    {
      try question.attribute(method, options, target: .class(1))
    }
    let conservative = try answer("cp-lrp")
    for answer in try [
      conservative, answer("attn-lrp"), answer("lrp-epsilon", ["epsilon": .number(0)]),
    ] {
      let ledger = answer.attribution.ledger
      let rows = ledger.rows
      #expect(rows.map(\.name) == ["input", "token-types", "biases", "rest"])
      let size = rows.reduce(abs(ledger.score[0])) { $0 + abs($1.values[0]) }
      #expect(abs(rows[3].values[0]) <= 1e-5 * size, "\(rows)")
      try expectClose(answer.map, conservative.map, relative: 1e-5)
    }
    let libra = try answer("gradient-x-input", ["propagation": .text("libra")])
    try expectClose(libra.map, conservative.map, relative: 1e-12)
    #expect(try libra.map.doubles().suffix(7).allSatisfy { $0 == 0 })
  }

  /// The map of positions sums to their row: all of it where there are only patches.
  @Test func `Positions have a map of their own`() throws {
    let answer = try attribution(TransformerLRP(.attentionAware), "vit-gap")
    let map = try #require(answer.details["positions"])
    #expect(map.shape == [2, 1, 4, 6])
    try expectClose(
      map.sumPerSample().doubles(), try #require(answer.ledger.causes[.positions]),
      relative: 1e-9, absolute: 1e-12)
  }

  /// 1 · x − 0.9999: the map holds ten thousand times the score, and the bias takes it away.
  @Test func `A sum out of all proportion to the score is told`() throws {
    func alerts(bias: Double) throws -> [String] {
      var graph = Graph(input: "x")
      let layer = DenseLayer(
        weight: try Tensor([1.0], shape: [1, 1], dtype: .float64),
        bias: try Tensor([bias], shape: [1], dtype: .float64))
      try graph.add(layer, as: "y", after: ["x"])
      let input = try Tensor([1.0], shape: [1, 1], dtype: .float64)
      return try LRP(.zero).attribute(Model(graph), input: input, target: 0).alerts(sample: 0)
    }
    #expect(try alerts(bias: -0.9999).contains { $0.contains("the map sums to 1") })
    #expect(try alerts(bias: -0.5).isEmpty)
  }
}
