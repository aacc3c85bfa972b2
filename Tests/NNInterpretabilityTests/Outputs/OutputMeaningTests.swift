import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels
@testable import NNIUncertainty

/// What the last layer means: files of `Fixtures/outputs` against ONNX Runtime's answers.
@Suite struct OutputMeaningTests {
  @Test(
    arguments: [
      "identity", "cast", "reshape", "flatten", "clip", "dropout", "log", "two", "squeeze",
    ])
  func `A softmax is taken off with what follows it`(tail: String) throws {
    let name = "softmax-\(tail)"
    let (model, input) = (try OutputFixture.model(name), try OutputFixture.tensor("\(name)/input"))
    #expect(model.endsInSoftmax && model.outputMeaning.kind == .softmax)
    let logits = try model(input)
    try expectClose(
      logits, OutputFixture.tensor("\(name)/logits").reshaped([2, 3]), relative: 1e-5)
    let answer = try OutputFixture.tensor("\(name)/answer").doubles()
    let probabilities = try model.outputMeaning.probabilities(logits).doubles()
    expectClose(
      probabilities, tail == "log" ? answer.map { exp($0) } : answer,
      relative: tail == "cast" ? 1e-3 : 1e-5)
    guard tail != "squeeze" else { return }
    let map = try Gradient().attribute(model, input: input, target: 0).map
    try expectClose(map, OutputFixture.tensor("\(name)/gradient"), relative: 1e-5)
    // A dense layer comes last, which CAM needs.
    _ = try CAM().attribute(model, input: input, target: 0)
  }

  @Test(arguments: ["sigmoid-one", "sigmoid-squeeze", "squeeze-sigmoid"])
  func `One sigmoid is a logit of two classes`(name: String) throws {
    let (model, input) = (try OutputFixture.model(name), try OutputFixture.tensor("\(name)/input"))
    let logits = try model(input)
    try expectClose(logits, OutputFixture.tensor("\(name)/logits"), relative: 1e-5)
    #expect(model.outputMeaning.kind == .sigmoid)
    #expect(model.inputSpec.labels == ["positive", "negative"])
    let answer = try OutputFixture.tensor("\(name)/answer").doubles()
    let rankings = try ClassRanking.all(logits, model.outputMeaning)
    for (ranking, p) in zip(rankings, answer) {
      let positive = try #require(ranking.entries.first { $0.index == 0 })
      let negative = try #require(ranking.entries.first { $0.index == 1 })
      expectClose([positive.probability, negative.probability], [p, 1 - p], relative: 1e-5)
      #expect(ranking.entries[0].index == (p > 0.5 ? 0 : 1))
      #expect(negative.logit == -positive.logit)
    }
    // Explanations start at the logit; the class “negative” has its negative.
    let wanted = try OutputFixture.tensor("\(name)/gradient")
    for target in [Target.predicted, 0] {
      let found = try Gradient().attribute(model, input: input, target: target)
      try expectClose(found.map, wanted, relative: 1e-5)
      try expectClose(found.ledger.score, logits.doubles())
      #expect(found.classes == [0, 0])
    }
    let negative = try Gradient().attribute(
      model, input: input, target: .class(model.inputSpec.classIndex(named: "negative")))
    try expectClose(negative.map, wanted.negated(), relative: 1e-5)
    #expect(throws: InterpretabilityError.self) {
      try Gradient().attribute(model, input: input, target: 2)
    }
  }

  @Test func `Occlusion by probability follows the sigmoid`() throws {
    let (model, input) = (
      try OutputFixture.model("sigmoid-one"), try OutputFixture.tensor("sigmoid-one/input")
    )
    let covered = try input * 0
    let whole = Occlusion(window: [6, 5], stride: 6, score: .probability)
    let p = try OutputFixture.tensor("sigmoid-one/answer").doubles()
    let empty = try model(covered).doubles().map { 1 / (1 + exp(-$0)) }
    for (target, sign) in [(Target.class(0), 1.0), (.class(1), -1.0)] {
      // One window covers all of it, so that each pixel has the fall from the clean to the empty input.
      let map = try whole.attribute(model, input: input, target: target).map
      let values = try map.narrowed(axis: 1, to: 0..<1).reshaped([2, -1]).rows().map { $0[0] }
      expectClose(values, zip(p, empty).map { sign * ($0 - $1) }, relative: 1e-5)
    }
    #expect(throws: InterpretabilityError.self) {
      try whole.attribute(
        OutputFixture.model("number"), input: OutputFixture.tensor("number/input"),
        target: .predicted)
    }
  }

  @Test func `Several sigmoids have a probability each`() throws {
    let model = try OutputFixture.model("sigmoid-many")
    let logits = try model(OutputFixture.tensor("sigmoid-many/input"))
    try expectClose(logits, OutputFixture.tensor("sigmoid-many/logits"), relative: 1e-5)
    try expectClose(
      model.outputMeaning.probabilities(logits), OutputFixture.tensor("sigmoid-many/answer"),
      relative: 1e-5)
    #expect(model.outputMeaning.classCount(width: 4) == 4)
    #expect(throws: InterpretabilityError.self) {
      try ClassProbabilities.exclusiveLogits(logits, model.outputMeaning)
    }
  }

  @Test(arguments: ["number", "list"])
  func `One linear output is a number until a card says more`(name: String) throws {
    let (model, input) = (try OutputFixture.model(name), try OutputFixture.tensor("\(name)/input"))
    let output = try model(input)
    #expect(output.shape == [2, 1])
    try expectClose(
      output, OutputFixture.tensor("\(name)/answer").reshaped([2, 1]), relative: 1e-5)
    #expect(model.outputMeaning.activation(width: 1) == .none)
    #expect(try ClassRanking.all(output, model.outputMeaning).isEmpty)
    let answer = try NetworkAnswer.all(output, model.outputMeaning)[1].entries
    #expect(answer.map(\.probability) == [nil])
    let map = try Gradient().attribute(model, input: input, target: .predicted).map
    try expectClose(map, OutputFixture.tensor("\(name)/gradient"), relative: 1e-5)
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try FileManager.default.copyItem(at: Fixture.url("outputs/\(name).onnx"), to: url)
      let card = folder.appending(path: "net.json")
      try Data(#"{"output": {"kind": "sigmoid"}, "input": {"labels": ["defect"]}}"#.utf8)
        .write(to: card)
      let stated = try Model(contentsOf: url)
      #expect(stated.inputSpec.labels == ["defect", "negative"])
      let p = try stated.outputMeaning.probabilities(output).doubles()
      let z = try output.doubles()
      expectClose(p, z.flatMap { [1 / (1 + exp(-$0)), 1 / (1 + exp($0))] })
      // Two names are those of labels 0 and 1 of data.
      try Data(#"{"output": {"kind": "logits"}, "input": {"labels": ["no", "yes"]}}"#.utf8)
        .write(to: card)
      let named = try Model(contentsOf: url)
      #expect(named.outputMeaning.positiveClass == 1)
      let no = try Gradient().attribute(named, input: input.converted(to: .float32), target: 0)
      try expectClose(
        no.map.converted(to: .float64), OutputFixture.tensor("\(name)/gradient").negated(),
        relative: 1e-5)
      let predicted = try Gradient().attribute(
        named, input: input.converted(to: .float32), target: .predicted)
      #expect(predicted.classes == z.map { $0 > 0 ? 1 : 0 })
      try Data(#"{"output": {"kind": "sigmoids"}}"#.utf8).write(to: card)
      #expect {
        try Model(contentsOf: url)
      } throws: {
        "\($0)".contains("sigmoids") && "\($0)".contains("regression")
      }
    }
  }

  @Test func `A card may not contradict the last layer`() throws {
    let graph = try OutputFixture.model("sigmoid-one").withEnding.graph
    #expect(throws: InterpretabilityError.self) {
      try Model(graph, output: OutputStatement(.softmax))
    }
    // A sigmoid that only bounds a number stays.
    let bounded = try Model(graph, output: OutputStatement(.regression))
    try expectClose(
      bounded(OutputFixture.tensor("sigmoid-one/input")),
      OutputFixture.tensor("sigmoid-one/answer"), relative: 1e-5)
  }

  @Test(
    arguments: [
      ("three-outputs", "logits", 2), ("box-first", "second", 1),
      ("label-first", "probabilities", 1),
    ])
  func `Of several outputs the one of classes is read`(
    name: String, output: String, others: Int
  ) throws {
    let model = try OutputFixture.model(name)
    #expect(model.outputMeaning.name == output)
    #expect(model.outputMeaning.alternatives.count == others)
    let logits = try model(OutputFixture.tensor("\(name)/input"))
    try expectClose(logits, OutputFixture.tensor("\(name)/logits"), relative: 1e-5)
    #expect(model.outputMeaning.summary(shape: logits.shape).contains("--output-name"))
  }

  @Test func `Outputs are chosen by name`() throws {
    let model = try OutputFixture.model("box-first", output: "first")
    #expect(model.outputMeaning.name == "first")
    #expect(try model(OutputFixture.tensor("box-first/input")).shape == [2, 4])
    #expect {
      try OutputFixture.model("box-first", output: "third")
    } throws: {
      "\($0)".contains("third") && "\($0)".contains("second")
    }
    #expect(throws: InterpretabilityError.self) {
      try Model(contentsOf: Fixture.url("golden/models/vgg-mini.onnx"), output: "x")
    }
  }

  @Test(arguments: ["mask", "mask-softmax", "mask-sigmoid"])
  func `Dense outputs say so`(name: String) throws {
    let (model, input) = (try OutputFixture.model(name), try OutputFixture.tensor("\(name)/input"))
    let output = try model(input)
    try expectClose(output, OutputFixture.tensor("\(name)/logits"), relative: 1e-5)
    #expect(model.outputMeaning.summary(shape: output.shape).contains("6×5"))
    let answers = try NetworkAnswer.all(output, model.outputMeaning)
    let probabilities = try model.outputMeaning.probabilities(output)
    if name != "mask" {
      let file = try OutputFixture.tensor("\(name)/answer")
      try expectClose(
        probabilities.narrowed(axis: 1, to: 0..<file.shape[1]), file, relative: 1e-5)
    }
    let rows = try probabilities.reshaped([2, probabilities.shape[1], 30])
    for (sample, answer) in answers.enumerated() {
      let own = try (0..<rows.shape[1]).map {
        try rows.selected(axis: 0, index: sample).selected(axis: 0, index: $0).doubles()
      }
      for entry in answer.entries {
        expectClose([entry.probability ?? -1], [own[entry.index].reduce(0, +) / 30])
        let wins = (0..<30).count { place in
          own.indices.allSatisfy { own[entry.index][place] >= own[$0][place] }
        }
        expectClose([entry.share ?? -1], [Double(wins) / 30])
      }
      expectClose([answer.entries.reduce(0) { $0 + ($1.share ?? 0) }], [1])
    }
    let (result, manifest) = try Manifest.measuring(model, input: input) {
      try Gradient().attribute(model, input: input, target: 0)
    }
    #expect(manifest.isDense && manifest.outputSummary.contains("sum over all places"))
    expectClose(
      result.ledger.score,
      try output.narrowed(axis: 1, to: 0..<1).sumPerSample().doubles())
  }

  @Test func `Generators keep their sigmoid`() throws {
    let model = try OutputFixture.model("mask-sigmoid")
    try expectClose(
      model.withEnding(OutputFixture.tensor("mask-sigmoid/input")),
      OutputFixture.tensor("mask-sigmoid/answer"),
      relative: 1e-5)
  }
}
