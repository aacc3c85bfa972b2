@testable import NNIMethods
@testable import NNIModels
@testable import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

@Suite struct UncertaintyMeasureTests {
  static let measures: [UncertaintyMeasure] = [
    .predictiveEntropy, .expectedEntropy, .mutualInformation, .variance(2), .vacuity,
    .conformalMargin(0.8),
  ]

  /// The measure by slow formulas, from what the members predict for noisy or clean inputs.
  private func slow(
    _ measure: UncertaintyMeasure, _ members: any ModelDistribution, _ input: Tensor
  ) throws -> Double {
    let logits = try (0..<members.count).map { pass in
      let draw = [MemberDraw(pass: pass, sample: 3)]
      return try members.member(draw).graph.forward(members.input(input, draw)).doubles()
    }
    let count = Double(members.count)
    let rows = logits.map { row in row.map { exp($0) / row.reduce(0) { $0 + exp($1) } } }
    let mean = rows[0].indices.map { k in rows.reduce(0) { $0 + $1[k] } / count }
    func entropy(_ p: [Double]) -> Double { -p.reduce(0) { $0 + $1 * log($1) } }
    let expected = rows.reduce(0) { $0 + entropy($1) } / count
    switch measure {
    case .predictiveEntropy: return entropy(mean)
    case .expectedEntropy: return expected
    case .mutualInformation: return entropy(mean) - expected
    case .variance(let k):
      return rows.reduce(0) { $0 + pow($1[k] - mean[k], 2) } / (count - 1)
    case .vacuity:
      return logits.reduce(0) { $0 + 5 / $1.reduce(5) { $0 + max($1, 0) } } / count
    case .conformalMargin(let threshold): return mean.sorted()[3] - (1 - threshold)
    }
  }

  private func distributions() throws -> [any ModelDistribution] {
    let model = try DropoutNets.mixed()
    return [
      try MonteCarloDropout(model, passes: 4, seed: 7),
      try DeepEnsemble([model, DropoutNets.mixed(seed: 8)]),
      try InputNoise(model, deviation: 0.3, passes: 3, seed: 1),
      try ActivationNoise(model, at: ["relu1"], deviation: 0.3, passes: 3, seed: 1),
    ]
  }

  @Test(arguments: measures) func theOutputIsTheMeasure(measure: UncertaintyMeasure) throws {
    let input = try SampleNets.mixedInput(2)
    for members in try distributions() {
      let model = try measure.model(of: members, sample: 3)
      let found = try model(input)
      #expect(found.shape == [2, 1])
      for sample in 0..<2 {
        let one = try input.narrowed(axis: 0, to: sample..<(sample + 1))
        #expect(abs(try found.doubles()[sample] - slow(measure, members, one)) < 1e-12)
      }
    }
  }

  @Test(arguments: measures) func theGradientIsThatOfTheSlowFormula(
    measure: UncertaintyMeasure
  ) throws {
    let input = try SampleNets.mixedInput(1)
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 4, seed: 7)
    let gradient = try Gradient().attribute(
      measure.model(of: members, sample: 3), input: input, target: 0
    ).map.doubles()
    let values = try input.doubles()
    let step = 1e-5
    let largest = gradient.map(\.magnitude).max() ?? 0
    #expect(largest > 1e-3)
    for place in stride(from: 3, to: 189, by: 13) {
      func value(_ shift: Double) throws -> Double {
        var moved = values
        moved[place] += shift
        return try slow(measure, members, Tensor(moved, shape: [1, 3, 9, 7]))
      }
      let slope = try (value(step) - value(-step)) / (2 * step)
      #expect(abs(slope - gradient[place]) < 1e-6 * largest)
    }
  }

  @Test func theMeasureOfOneNetworkIsThatOfItsPrediction() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(3)
    let rows = try PredictiveDistribution.probabilities(model(input))
    for measure in [UncertaintyMeasure.predictiveEntropy, .expectedEntropy] {
      try expectClose(measure.model(of: model)(input).doubles(), rows.map(\.entropy))
    }
    let vacuity = try UncertaintyMeasure.vacuity.model(of: model)(input).doubles()
    try expectClose(vacuity, EvidentialPrediction(logits: model(input)).vacuity)
    for measure in [UncertaintyMeasure.mutualInformation, .variance(0)] {
      let error = #expect(throws: InterpretabilityError.self) { try measure.model(of: model) }
      #expect(error?.message.contains("one network") == true)
    }
    #expect(throws: InterpretabilityError.self) {
      try UncertaintyMeasure.conformalMargin(.infinity).model(of: model)
    }
  }

  /// Gradient-like and perturbation methods run; a contribution is complete where the method promises it.
  @Test(
    arguments: measures,
    ["gradient", "gradient-x-input", "integrated-gradients", "smoothgrad", "occlusion", "saliency"])
  func methodsExplainTheMeasure(measure: UncertaintyMeasure, name: String) throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 3, seed: 7)
    let model = try measure.model(of: members)
    let options: [String: OptionValue] = name == "occlusion" ? ["window": .number(4)] : [:]
    let found = try Catalog.method(name, options).attribute(
      model, input: SampleNets.mixedInput(2), target: 0)
    #expect(try found.map.isFinite() && found.map.magnitude().sum().item() > 0)
  }

  @Test func deepLIFTIsCompleteOnInformation() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 3, seed: 7)
    for measure in [UncertaintyMeasure.mutualInformation, .variance(2), .vacuity] {
      let ledger = try DeepLIFT(.rescale).attribute(
        measure.model(of: members), input: SampleNets.mixedInput(2), target: 0
      ).ledger
      for sample in 0..<2 { #expect(abs(ledger.residual[sample]) < 1e-9) }
    }
  }

  @Test func whatASoftmaxKeepsOfRelevanceIsNamed() throws {
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 2, seed: 7)
    let ledger = try LRP(.epsilon).attribute(
      UncertaintyMeasure.mutualInformation.model(of: members), input: SampleNets.mixedInput(1),
      target: 0
    ).ledger
    #expect(try #require(ledger.causes[.softmax]) != [0])
    let parts = ledger.rows.reduce(0) { $0 + $1.values[0] }
    #expect(abs(parts - ledger.score[0]) < 1e-9)
  }

  /// Probabilities that underflow have no entropy and no derivative, and are no NaN.
  @Test func probabilitiesThatUnderflowAreNoNaN() throws {
    var graph = Graph(input: "x")
    try graph.add(
      DenseLayer(weight: Tensor([900.0, 0, 0, -900], shape: [2, 2])), as: "logits", after: ["x"])
    let model = try Model(graph)
    let input = try Tensor([1.0, 1], shape: [1, 2])
    let unsure = try UncertaintyMeasure.predictiveEntropy.model(of: model)
    #expect(try unsure(input).doubles() == [0])
    let map = try Gradient().attribute(unsure, input: input, target: 0).map
    #expect(try map.doubles() == [0, 0])
  }

  @Test func ranksAreThoseOfASortedList() throws {
    let input = try Tensor([0.2, 0.5, 0.3, 0.9, 0.1, 0.4], shape: [2, 3])
    #expect(try RankedElementLayer(axis: 1, rank: 2).forward([input]).doubles() == [0.3, 0.4])
    #expect(throws: InterpretabilityError.self) {
      try RankedElementLayer(axis: 1, rank: 4).forward([input])
    }
  }
}
