import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Tokens that are taken away, compared with what is computed one replacement after the other.
struct TokenPerturbationTests {
  /// A small BERT, its inputs, and the scores of class 1 for changed inputs.
  private struct Subject {
    let model: Model
    let inputs: [String: Tensor]
    let tokens: Int

    init(samples: Range<Int>? = nil) throws {
      let file = try SafetensorsFile(
        contentsOf: Fixture.url("golden/transformers/tensors.safetensors"))
      var inputs: [String: Tensor] = [:]
      for name in ["input_ids", "attention_mask", "token_type_ids"] {
        let whole = try file["bert-mini/\(name)"]
        inputs[name] = try samples.map { try whole.narrowed(axis: 0, to: $0) } ?? whole
      }
      model = try Model(
        contentsOf: Fixture.url("golden/transformers/models/bert-mini.onnx")
      ).converted(to: .float64).fitted(to: inputs)
      self.inputs = inputs
      tokens = inputs["input_ids"]?.shape[1] ?? 0
    }

    var question: InputQuestion {
      get throws { try InputQuestion(model, inputs: inputs, of: "input_ids") }
    }

    /// The score of one sample with some values of an input changed.
    func score(_ sample: Int, _ name: String, _ changes: [Int: Int64]) throws -> Double {
      var changed = inputs
      let whole = try #require(inputs[name])
      var list = try whole.elements(as: Int64.self)
      for (token, value) in changes { list[sample * tokens + token] = value }
      changed[name] = try Tensor(list, shape: whole.shape)
      return try model(model.joined(changed)).selected(axis: 1, index: 1).doubles()[sample]
    }

    func clean(_ sample: Int) throws -> Double { try score(sample, "input_ids", [:]) }

    func id(_ sample: Int, _ token: Int) throws -> Int64 {
      try #require(inputs["input_ids"]).elements(as: Int64.self)[sample * tokens + token]
    }
  }

  @Test func `A deleted token is one that the mask hides`() throws {
    let subject = try Subject()
    let map = try subject.question.attribute(
      "feature-ablation", ["replacement": .text("delete"), "keep": .text("1:2")], target: 1
    ).map.doubles()
    for sample in 0..<3 {
      for token in 0..<subject.tokens {
        let isKept = try [1, 2].contains(subject.id(sample, token))
        let fall =
          try subject.clean(sample) - subject.score(sample, "attention_mask", [token: 0])
        #expect(abs(map[sample * subject.tokens + token] - (isKept ? 0 : fall)) < 1e-12)
      }
    }
  }

  @Test(arguments: ["zero", "mean"])
  func `A vector takes a token's place`(fill: String) throws {
    let subject = try Subject()
    let map = try subject.question.attribute(
      "feature-ablation", ["replacement": .text(fill)], target: 1
    ).map.doubles()
    let embedded = try EmbeddedModel("input_ids", of: subject.model)
    let rows = try embedded.rows(subject.model.joined(subject.inputs))
    let width = embedded.table.shape[1]
    let table = try embedded.table.doubles()
    let vector = (0..<width).map { column in
      fill == "zero"
        ? 0
        : stride(from: column, to: table.count, by: width).reduce(0) { $0 + table[$1] }
          * Double(width) / Double(table.count)
    }
    let score = try embedded.model(rows).selected(axis: 1, index: 1).doubles()
    for token in 0..<subject.tokens {
      var list = try rows.doubles()
      for sample in 0..<3 {
        let begin = sample * rows.shape[1] + embedded.vectors.start + token * width
        list.replaceSubrange(begin..<begin + width, with: vector)
      }
      let changed = try embedded.model(Tensor(list, shape: rows.shape))
        .selected(axis: 1, index: 1).doubles()
      for sample in 0..<3 {
        #expect(
          abs(map[sample * subject.tokens + token] - (score[sample] - changed[sample])) < 1e-12)
      }
    }
  }

  @Test(arguments: [(2, 1), (3, 2), (4, 4), (50, 1)])
  func `Occlusion is the mean over windows that cover a token`(window: Int, stride: Int) throws {
    let subject = try Subject()
    let map = try subject.question.attribute(
      "occlusion",
      [
        "replacement": .number(3), "keep": .text("1:2"), "window": .number(Double(window)),
        "stride": .number(Double(stride)),
      ], target: 1
    ).map.doubles()
    let count = subject.tokens
    for sample in 0..<3 {
      var (sums, covers) = (
        [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
      )
      var start = 0
      while true {
        let places = start..<min(start + window, count)
        var changes: [Int: Int64] = [:]
        for token in places where try ![1, 2].contains(subject.id(sample, token)) {
          changes[token] = 3
        }
        let fall = try subject.clean(sample) - subject.score(sample, "input_ids", changes)
        for token in places {
          sums[token] += fall
          covers[token] += 1
        }
        if places.upperBound == count { break }
        start += stride
      }
      for token in 0..<count {
        let isKept = try [1, 2].contains(subject.id(sample, token))
        let wanted = isKept ? 0 : sums[token] / covers[token]
        #expect(abs(map[sample * count + token] - wanted) < 1e-12)
      }
    }
  }

  @Test(arguments: ["feature-ablation", "occlusion", "smoothgrad", "integrated-gradients"])
  func `A map in a batch is the map alone`(method: String) throws {
    let perturbs = method == "feature-ablation" || method == "occlusion"
    var options: [String: OptionValue] = perturbs ? ["replacement": .text("mean")] : [:]
    if method == "integrated-gradients" { options = ["baseline": .text("zero:mean")] }
    if method == "smoothgrad" {
      options = ["of": .text("gradient-x-input"), "samples": .number(4)]
    }
    let whole = try Subject().question.attribute(method, options, target: 1).map
    for sample in 0..<3 {
      let alone = try Subject(samples: sample..<sample + 1).question
        .attribute(method, options, target: 1).map
      try expectClose(
        whole.narrowed(axis: 0, to: sample..<sample + 1), alone, relative: 1e-9)
    }
  }

  @Test func `Several baselines are the mean of the maps`() throws {
    let question = try Subject().question
    func map(_ baseline: String, _ token: String? = nil) throws -> Tensor {
      var options: [String: OptionValue] = [
        "baseline": .text(baseline), "keep": .text("1:2"), "steps": .number(20),
      ]
      if let token { options["token"] = .text(token) }
      return try question.attribute("integrated-gradients", options, target: 1).map
    }
    let parts = try [map("zero"), map("mean"), map("token", "3"), map("token", "4")]
    let sum = try parts[0] + parts[1] + parts[2] + parts[3]
    try expectClose(map("zero:mean:token", "3:4"), sum / 4, relative: 1e-9)
    #expect(try (parts[0] - parts[1]).norm() > 1e-3)
  }

  @Test func `Noise goes to the vectors alone`() throws {
    let question = try Subject().question
    let plain = try question.attribute("gradient", target: 1).map
    try expectClose(
      question.attribute("smoothgrad", ["noise": .number(0)], target: 1).map, plain.sum(over: [2]),
      relative: 1e-9)
    let noisy = try question.attribute("smoothgrad", ["noise": .number(0.1)], target: 1).map
    #expect(try noisy.isFinite() && (noisy - plain.sum(over: [2])).norm() > 0)
    #expect(throws: InterpretabilityError.self) {
      try question.attribute("smoothgrad", ["of": .text("integrated-gradients")], target: 1)
    }
  }

  @Test func `What does not fit is refused`() throws {
    let question = try Subject().question
    for options: [String: OptionValue] in [
      [:], ["replacement": .text("nothing")], ["replacement": .number(1e6)],
      ["replacement": .number(3), "window": .number(0)],
      ["replacement": .number(3), "fill": .number(0)],
      ["replacement": .number(3), "score": .text("nothing")],
    ] {
      #expect(throws: InterpretabilityError.self) {
        try question.attribute("feature-ablation", options, target: 1)
      }
    }
    let model = try Model(contentsOf: Fixture.url("onnx/networks/token_ids.dyn.onnx"))
    let name = try #require(model.inputs.first?.name)
    let ids = try Tensor([Int64](repeating: 1, count: 6), shape: [1, 6])
    let error = try #require(throws: InterpretabilityError.self) {
      try InputQuestion(model, inputs: [name: ids], of: name)
        .attribute("feature-ablation", ["replacement": .text("delete")], target: 1)
    }
    #expect(error.message.contains("mask"))
  }

  /// Deletion step by step: the scores are those of texts whose most important tokens are replaced.
  @Test(arguments: [false, true]) func `Curves follow the tokens`(isInserting: Bool) throws {
    let subject = try Subject()
    let answer = try subject.question.attribute("gradient-x-input", target: 1)
    let tokenCase = try TokenCase(
      subject.question, answer, target: 1, replacement: .token(3), keeping: [1, 2])
    let result =
      try isInserting
      ? tokenCase.evaluate(InsertionCurve(score: .logit))
      : tokenCase.evaluate(DeletionCurve(score: .logit))
    let values = try answer.map.doubles()
    let curve = try #require(result.curves["logit"])
    #expect(curve.places.count == TokenCase.points + 1)
    for sample in 0..<3 {
      let free = try (0..<subject.tokens).filter {
        try ![1, 2].contains(subject.id(sample, $0))
      }
      let order = free.sorted {
        (-values[sample * subject.tokens + $0], $0) < (-values[sample * subject.tokens + $1], $1)
      }
      var literal: [Double] = []
      for point in 0...TokenCase.points {
        let count = Int((Double(point * free.count) / Double(TokenCase.points)).rounded())
        let taken = isInserting ? order.dropFirst(count) : order.prefix(count)
        let changes = Dictionary(uniqueKeysWithValues: taken.map { ($0, Int64(3)) })
        literal.append(try subject.score(sample, "input_ids", changes))
      }
      expectClose(curve.values[sample], literal, relative: 1e-9)
      let area = literal.dropFirst().dropLast().reduce((literal[0] + literal[20]) / 2, +) / 20
      #expect(abs((result.values[sample] ?? 0) - area) < 1e-9)
    }
  }

  @Test func `Other metrics of tokens`() throws {
    let subject = try Subject()
    let answer = try subject.question.attribute("gradient-x-input", target: 1)
    let tokenCase = try TokenCase(
      subject.question, answer, target: 1, replacement: .deleted, keeping: [1, 2])
    let falling = try tokenCase.evaluate(PixelFlipping(score: .logit))
    let rising = try tokenCase.evaluate(PixelFlipping(order: .lerf, score: .logit))
    for sample in 0..<3 {
      let curve = try #require(falling.curves["logit"]).values[sample]
      let literal = curve.reduce(0) { $0 + curve[0] - $1 } / Double(curve.count)
      #expect(abs((falling.values[sample] ?? 0) - literal) < 1e-12)
      // Both take all tokens in the end.
      let other = try #require(rising.curves["logit"]).values[sample]
      #expect(abs(curve[20] - other[20]) < 1e-12 && curve != other)
    }
    let sparse = try tokenCase.evaluate(Sparseness())
    #expect(sparse.values.allSatisfy { ($0 ?? -1) >= 0 && ($0 ?? 2) <= 1 })
    let random = try tokenCase.randomized(seed: 1)
    #expect(try random.evaluate(CompletenessResidual()).values.allSatisfy { $0 == nil })
    #expect(throws: InterpretabilityError.self) { try tokenCase.evaluate(PointingGame()) }
  }
}
