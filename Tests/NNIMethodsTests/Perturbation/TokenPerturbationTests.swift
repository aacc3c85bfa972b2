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

  private func judged(
    _ subject: Subject, by name: String = "gradient-x-input",
    _ options: [String: OptionValue] = [:]
  ) throws -> (texts: TokenCase, method: InputMethod) {
    let method = InputMethod(name, options, of: "input_ids")
    let answer = try subject.question.attribute(name, options, target: 1)
    let texts = try TokenCase(
      subject.question, answer, target: 1, replacement: .token(3), keeping: [1, 2], by: method)
    return (texts, method)
  }

  private func free(_ subject: Subject, _ sample: Int) throws -> [Int] {
    try (0..<subject.tokens).filter { try ![1, 2].contains(subject.id(sample, $0)) }
  }

  @Test func `Infidelity compares sums of tokens with what taking them away does`() throws {
    let subject = try Subject()
    let (texts, _) = try judged(subject)
    let metric = Infidelity(samples: 8, seed: 5)
    let result = try texts.evaluate(metric)
    let values = try texts.answer.map.doubles()
    let random = CounterRandom(seed: 5, purpose: "infidelity")
    for sample in 0..<3 {
      let free = try free(subject, sample)
      var squares = 0.0
      for turn in 0..<8 {
        let draws = random.uniforms(
          subject.tokens, stream: UInt64(sample) << 32 | UInt64(turn))
        let taken = free.filter { draws[$0] < 0.5 }
        #expect(!taken.isEmpty)
        let changes = Dictionary(uniqueKeysWithValues: taken.map { ($0, Int64(3)) })
        let fall = try subject.clean(sample) - subject.score(sample, "input_ids", changes)
        let sum = taken.reduce(0) { $0 + values[sample * subject.tokens + $1] }
        squares += (sum - fall) * (sum - fall)
      }
      #expect(abs((result.values[sample] ?? -1) - squares / 8) < 1e-9 * max(1, squares))
    }
    #expect(throws: InterpretabilityError.self) {
      try texts.evaluate(Infidelity(perturbation: .gaussian))
    }
  }

  @Test func `Sensitivity moves the vectors of tokens`() throws {
    let subject = try Subject()
    let (texts, _) = try judged(subject)
    let result = try texts.evaluate(MaxSensitivity(radius: 0.01, draws: 2, seed: 3))
    let embedded = try EmbeddedModel("input_ids", of: subject.model)
    let rows = try embedded.rows(subject.model.joined(subject.inputs))
    let vectors = try rows.narrowed(axis: 1, to: embedded.vectors.range)
    let random = CounterRandom(seed: 3, purpose: "sensitivity")
    let (map, count) = (try texts.answer.map.doubles(), embedded.vectors.count)
    for sample in 0..<3 {
      let own = try vectors.narrowed(axis: 0, to: sample..<sample + 1).doubles()
      let span = try #require(own.max()) - #require(own.min())
      var moved: [Double] = []
      for draw in 0..<2 {
        let uniform = random.uniforms(count, stream: UInt64(sample) << 32 | UInt64(draw))
        let changed = zip(own, uniform).map { $0 + (2 * Double($1) - 1) * span * 0.01 }
        let row = try Tensor.concatenated(
          [
            rows.narrowed(axis: 0, to: sample..<sample + 1)
              .narrowed(axis: 1, to: 0..<embedded.vectors.start),
            Tensor(changed, shape: [1, count]),
          ], axis: 1)
        let answer = try InputQuestion(embedded.model, rows: row, of: embedded.vectors.name)
          .attribute("gradient-x-input", target: 1).map.sum(over: [2]).doubles()
        let begin = sample * subject.tokens
        let squares = answer.indices.reduce(0) {
          $0 + (answer[$1] - map[begin + $1]) * (answer[$1] - map[begin + $1])
        }
        let norm = answer.indices.reduce(0) { $0 + map[begin + $1] * map[begin + $1] }
        moved.append((squares / norm).squareRoot())
      }
      let largest = try #require(moved.max())
      #expect(largest > 1e-4 && abs((result.values[sample] ?? 0) - largest) < 1e-7 * largest)
    }
    #expect(try texts.randomized().evaluate(MaxSensitivity()).values == [0, 0, 0])
    let ablated = try judged(subject, by: "feature-ablation", ["replacement": .number(3)]).texts
    #expect(throws: InterpretabilityError.self) { try ablated.evaluate(MaxSensitivity()) }
  }

  @Test func `Maps of random networks and of other classes are compared over the words`() throws {
    let subject = try Subject()
    let (texts, method) = try judged(subject)
    let cascade = try texts.evaluate(ParameterRandomization(stages: 2, seed: 4))
    let other = try texts.evaluate(RandomLogit(seed: 4))
    let layers = try ParameterRandomization(stages: 2).nodes(of: subject.model.graph)
    let twin = try subject.model.randomized(
      WeightRandomization(.gaussian, seed: 4), from: #require(layers.last).node)
    let rows = try subject.model.joined(subject.inputs)
    let values = try texts.answer.map.doubles()
    for sample in 0..<3 {
      let row = try rows.narrowed(axis: 0, to: sample..<sample + 1)
      let free = try free(subject, sample)
      let own = free.map { abs(values[sample * subject.tokens + $0]) }
      func correlation(_ model: Model, _ target: Target) throws -> Double? {
        let map = try method.attribute(model, input: row, target: target).map.doubles()
        return RankCorrelation.spearman(own, free.map { abs(map[$0]) })
      }
      let random = try #require(try correlation(twin, 1))
      #expect(abs((cascade.values[sample] ?? 9) - random) < 1e-12 && random < 0.999)
      let index = try #require(other.details["class"]?[sample])
      let second = try #require(try correlation(subject.model, .class(Int(index))))
      #expect(index != 1 && abs((other.values[sample] ?? 9) - second) < 1e-12)
    }
    // What stands around a text and fills it up does not count.
    let sparse = try texts.evaluate(Sparseness())
    for sample in 0..<3 {
      let own = try free(subject, sample).map { values[sample * subject.tokens + $0] }
      #expect(abs((sparse.values[sample] ?? 9) - (Sparseness.gini(own) ?? 0)) < 1e-12)
    }
    // Of one word nothing can be said.
    let ids = try (0..<subject.tokens).map { Int(try subject.id(0, $0)) }
    let single = try TokenCase(
      subject.question, texts.answer, target: 1, replacement: .token(3),
      keeping: Array(Set(ids.dropFirst(2) + [ids[0]])), by: method)
    for metric in [ParameterRandomization(stages: 1), RandomLogit(), Sparseness()]
      as [any AttributionMetric]
    {
      #expect(try single.evaluate(metric).values[0] == nil, "\(metric.name)")
    }
    // Random values do not look at the network.
    let control = try texts.randomized(seed: 2).evaluate(ParameterRandomization(stages: 2))
    #expect(control.values.allSatisfy { abs(($0 ?? 0) - 1) < 1e-12 })
    // Without a method nothing can be asked again.
    let bare = try TokenCase(subject.question, texts.answer, target: 1, replacement: .mean)
    #expect(throws: InterpretabilityError.self) { try bare.evaluate(RandomLogit()) }
  }
}
