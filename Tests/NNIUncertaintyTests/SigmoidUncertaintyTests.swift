import Foundation
import NNITestSupport
import Testing

@testable import NNIModels
@testable import NNIMethods
@testable import NNIUncertainty

/// Uncertainty of networks that end in sigmoids, by slow formulas; networks whose outputs are numbers are
/// refused.
@Suite struct SigmoidUncertaintyTests {
  private func members(_ name: String) throws -> (InputNoise, Tensor) {
    let model = try OutputFixture.model(name)
    let input = try OutputFixture.tensor("\(name)/input").narrowed(axis: 0, to: 0..<1)
    return (try InputNoise(model, deviation: 0.5, passes: 5, seed: 2), input)
  }

  /// The sigmoids of each member, `[members][outputs]`.
  private func sigmoids(_ members: InputNoise, _ input: Tensor) throws -> [[Double]] {
    try (0..<members.count).map { pass in
      let draw = [MemberDraw(pass: pass, sample: 0)]
      return try members.member(draw).graph.forward(members.input(input, draw)).doubles()
        .map { 1 / (1 + exp(-$0)) }
    }
  }

  private func entropy(_ p: [Double]) -> Double {
    p.reduce(0) { $0 - $1 * log($1) - (1 - $1) * log(1 - $1) }
  }

  @Test(arguments: ["sigmoid-one", "sigmoid-many"])
  func `Entropies are those of labels that are or are not`(name: String) throws {
    let (members, input) = try members(name)
    let rows = try sigmoids(members, input)
    let mean = rows[0].indices.map { k in rows.reduce(0) { $0 + $1[k] } / 5 }
    let expected = rows.reduce(0) { $0 + entropy($1) } / 5
    let found = try PredictiveDistribution(members, input: input)
    let isOne = mean.count == 1
    expectClose(found.mean[0], isOne ? [mean[0], 1 - mean[0]] : mean)
    expectClose(found.entropy, [entropy(mean)])
    expectClose(found.expectedEntropy, [expected])
    #expect(
      found.votes[0]
        == (isOne
          ? [rows.count { $0[0] > 0.5 }, rows.count { $0[0] <= 0.5 }]
          : mean.indices.map { k in rows.count { $0[k] > 0.5 } }))
    for (measure, value) in [
      (UncertaintyMeasure.predictiveEntropy, entropy(mean)), (.expectedEntropy, expected),
      (.mutualInformation, entropy(mean) - expected),
      (.variance(0), rows.reduce(0) { $0 + pow($1[0] - mean[0], 2) } / 4),
    ] {
      let model = try measure.model(of: members)
      expectClose(try model(input).doubles(), [value], relative: 1e-9, "\(measure)")
      let map = try Gradient().attribute(model, input: input, target: .class(0)).map
      #expect(map.shape == input.shape)
    }
    #expect(throws: InterpretabilityError.self) {
      try UncertaintyMeasure.vacuity.model(of: members)
    }
    if !isOne {
      #expect(throws: InterpretabilityError.self) {
        try UncertaintyMeasure.conformalMargin(0.5).model(of: members)
      }
    }
  }

  @Test func `An ensemble's logit is that of its mean probability`() throws {
    let model = try OutputFixture.model("sigmoid-many")
    var other = model
    other.graph = try model.graph.mapParameters { try $0 * 1.5 }
    let input = try OutputFixture.tensor("sigmoid-many/input")
    let ensemble = try DeepEnsemble([model, other])
    let wanted = try zip(model(input).doubles(), other(input).doubles()).map {
      (1 / (1 + exp(-$0)) + 1 / (1 + exp(-$1))) / 2
    }
    let found = try ensemble.pointLogits(input).doubles().map { 1 / (1 + exp(-$0)) }
    expectClose(found, wanted)
    #expect(throws: InterpretabilityError.self) {
      try DeepEnsemble([model, OutputFixture.model("softmax-identity")])
    }
  }

  @Test func `A single logit is scaled as two classes`() throws {
    let model = try OutputFixture.model("sigmoid-one")
    let logits = try model(OutputFixture.tensor("sigmoid-one/input"))
    let rows = try ClassProbabilities.exclusiveLogits(logits, model.outputMeaning)
    let z = try logits.doubles()
    #expect(rows == z.map { [$0, 0] })
    let scaling = try TemperatureScaling(logits: rows, labels: [0, 1])
    let p = scaling.probabilities(rows).map { $0[0] }
    expectClose(p, z.map { 1 / (1 + exp(-$0 / scaling.temperature)) })
  }

  @Test func `Numbers have no probabilities`() throws {
    let model = try OutputFixture.model("number")
    let input = try OutputFixture.tensor("number/input")
    let members = try InputNoise(model, deviation: 0.5, passes: 3, seed: 2)
    #expect {
      try PredictiveDistribution(members, input: input)
    } throws: {
      "\($0)".contains("sigmoid") && "\($0)".contains("card")
    }
    #expect(throws: InterpretabilityError.self) {
      try UncertaintyMeasure.predictiveEntropy.model(of: members)
    }
    // How far maps disagree needs none.
    let maps = try UncertainAttribution(Gradient(), over: members).attribute(
      input, target: .predicted)
    #expect(maps.mean.map.shape == input.shape)
    let case_ = try MetricCase(
      model, input: input, method: Gradient(), target: .class(0),
      attribution: Gradient().attribute(model, input: input, target: 0))
    #expect(throws: InterpretabilityError.self) { try DeletionCurve(step: 10).evaluate(case_) }
    let curve = try DeletionCurve(step: 10, score: .logit).evaluate(case_)
    #expect(curve.curves["probability"] == nil)
  }

  @Test func `Deletion follows the sigmoid of the target`() throws {
    let model = try OutputFixture.model("sigmoid-one")
    let input = try OutputFixture.tensor("sigmoid-one/input").narrowed(axis: 0, to: 0..<1)
    let p = try OutputFixture.tensor("sigmoid-one/answer").doubles()[0]
    let empty = 1 / (1 + exp(-(try model(input * 0).doubles()[0])))
    for (target, ends) in [(0, [p, empty]), (1, [1 - p, 1 - empty])] {
      let subject = try MetricCase(
        model, input: input, method: Gradient(), target: .classes([target]),
        attribution: Gradient().attribute(model, input: input, target: .class(target)))
      let result = try DeletionCurve(step: 30).evaluate(subject)
      let values = try #require(result.curves["probability"]?.values.first)
      expectClose([values[0], values[values.count - 1]], ends, relative: 1e-5)
    }
  }
}
