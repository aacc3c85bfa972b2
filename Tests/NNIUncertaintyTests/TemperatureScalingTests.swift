@testable import NNIMethods
@testable import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

@Suite struct TemperatureScalingTests {
  @Test func theTemperatureIsTheOneOfSciPy() throws {
    let data = try CalibrationFixture.load()
    let found = try TemperatureScaling(logits: data.logits, labels: data.labels)
    // SciPy's search looks at values, whose minimum is flat.
    #expect(abs(found.temperature / data.temperature - 1) < 1e-6)
    #expect(abs(found.likelihoodBefore - data.likelihood) < 1e-12)
    #expect(abs(found.likelihoodAfter - data.temperatureLikelihood) < 1e-12)
    #expect(found.note.isEmpty)
    let slope = try LabelledLogits(data.logits, data.labels)
      .likelihood(scale: 1 / found.temperature).slope
    #expect(abs(slope) < 1e-13)
  }

  @Test func theSlopeIsThatOfFiniteDifferences() throws {
    let data = try CalibrationFixture.load()
    let logits = try LabelledLogits(data.logits, data.labels)
    for beta in [0.05, 0.3, 1] {
      let h = 1e-5
      let (low, high) = (logits.likelihood(scale: beta - h), logits.likelihood(scale: beta + h))
      let here = logits.likelihood(scale: beta)
      #expect(abs((high.value - low.value) / (2 * h) - here.slope) < 1e-6)
      #expect(abs((high.slope - low.slope) / (2 * h) - here.curvature) < 1e-5)
    }
  }

  /// Scaled logits ask for a temperature scaled alike.
  @Test(arguments: [0.02, 0.5, 7]) func theTemperatureFollowsTheLogits(factor: Double) throws {
    let data = try CalibrationFixture.load()
    let scaled = data.logits.map { $0.map { $0 * factor } }
    let found = try TemperatureScaling(logits: scaled, labels: data.labels)
    #expect(abs(found.temperature / (data.temperature * factor) - 1) < 1e-6)
    #expect(found.likelihoodAfter <= found.likelihoodBefore)
  }

  @Test func classesStayAndTheScaledModelIsThatOfTheFormula() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(12)
    let logits = try model(input)
    let labels = [0, 3, 2, 1, 4, 0, 0, 2, 1, 1, 3, 4]
    let scaling = try TemperatureScaling(logits: logits, labels: labels)
    #expect(scaling.temperature != 1)
    let scaled = try scaling.applied(to: model)
    try expectClose(scaled(input), logits / scaling.temperature, relative: 1e-12)
    #expect(
      try scaled(input).indexOfMaximum(along: 1).doubles()
        == logits.indexOfMaximum(along: 1).doubles())
    let rows = try PredictiveDistribution.probabilities(scaled(input))
    for (row, other) in zip(rows, try scaling.probabilities(logits.rows())) {
      expectClose(row, other, relative: 1e-12)
    }
  }

  /// Every method runs on the scaled model, and what promises a sum is `1/T` of what it was.
  @Test(arguments: Catalog.methods.filter { !$0.readsAttention }.map(\.name).filter { $0 != "cam" })
  func everyMethodRunsOnTheScaledModel(name: String)
    throws
  {
    let model = try SampleNets.mixed()
    let (input, labels) = (try SampleNets.mixedInput(6), [0, 3, 2, 1, 4, 0])
    let scaling = try TemperatureScaling(logits: model(input), labels: labels)
    let entry = try Catalog.entry(named: name, of: MethodEntry.self, called: "method")
    var options: [String: OptionValue] = [:]
    let known = entry.options.map(\.name)
    if known.contains("low") { options = ["low": .number(-4), "high": .number(4)] }
    if known.contains("layer") { options["layer"] = .text("concat") }
    if known.contains("window") { options["window"] = .number(4) }
    let method = try entry.method(options)
    let one = try input.narrowed(axis: 0, to: 0..<1)
    let before = try method.attribute(model, input: one, target: .class(2))
    let after = try method.attribute(scaling.applied(to: model), input: one, target: .class(2))
    // These are linear in the logit.
    if ["gradient", "integrated-gradients", "deeplift-rescale", "occlusion"].contains(name) {
      try expectClose(after.map, before.map / scaling.temperature, relative: 1e-9)
    }
  }

  /// The same rule before and after: relevance is scaled as the logit is.
  @Test(arguments: LRP.Rule.allCases) func relevanceOfAScaledModelIsScaled(rule: LRP.Rule) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(6)
    let scaling = try TemperatureScaling(logits: model(input), labels: [0, 3, 2, 1, 4, 0])
    let method = LRP(rule, epsilon: 1e-13, stabilizer: 1e-13)
    let before = try method.attribute(model, input: input, target: .class(2))
    let after = try method.attribute(scaling.applied(to: model), input: input, target: .class(2))
    try expectClose(after.map, before.map / scaling.temperature, relative: 1e-7)
  }

  @Test func theClassActivationMapOfAScaledModelIsScaled() throws {
    let model = try DropoutNets.pooled()
    let input = try SampleNets.mixedInput(6)
    let scaling = try TemperatureScaling(logits: model(input), labels: [0, 3, 2, 1, 4, 0])
    let before = try CAM().attribute(model, input: input, target: .class(2))
    let after = try CAM().attribute(scaling.applied(to: model), input: input, target: .class(2))
    try expectClose(after.map, before.map / scaling.temperature, relative: 1e-10)
  }

  @Test func withoutAMinimumTheRangeEndsTheSearch() throws {
    let right = try TemperatureScaling(logits: [[3, 0], [0, 2]], labels: [0, 1])
    #expect(abs(right.temperature - 1e-3) < 1e-12 && right.note.contains("lowest"))
    #expect(right.likelihoodAfter <= right.likelihoodBefore)
    let wrong = try TemperatureScaling(logits: [[3, 0], [0, 2]], labels: [1, 0])
    #expect(abs(wrong.temperature - 1e3) < 1e-9 && wrong.note.contains("highest"))
    #expect(wrong.likelihoodAfter <= wrong.likelihoodBefore)
    let equal = try TemperatureScaling(logits: [[2, 2], [5, 5]], labels: [1, 0])
    #expect(equal.temperature == 1 && !equal.note.isEmpty)
    let vast = try TemperatureScaling(logits: [[1e5, -1e5], [0, 1e5]], labels: [0, 1])
    #expect(vast.temperature.isFinite && vast.likelihoodAfter.isFinite)
  }

  @Test func whatCannotBeFittedIsRefused() throws {
    for (logits, labels) in [
      ([[Double]](), [Int]()), ([[1, 2]], [2]), ([[1, 2]], [-1]), ([[1, .nan]], [0]),
      ([[1, 2], [1]], [0, 0]), ([[1, 2]], [0, 1]), ([[1, .infinity]], [0]),
    ] {
      #expect(throws: InterpretabilityError.self) {
        try TemperatureScaling(logits: logits, labels: labels)
      }
      #expect(throws: InterpretabilityError.self) {
        try VectorScaling(logits: logits, labels: labels)
      }
    }
  }

  @Test func vectorScalingIsTheMinimumOfSciPy() throws {
    let data = try CalibrationFixture.load()
    let found = try VectorScaling(logits: data.logits, labels: data.labels)
    #expect(abs(found.likelihoodAfter - data.vectorLikelihood) < 1e-10)
    expectClose(found.scale, data.vectorScale, relative: 1e-4)
    expectClose(found.offset, data.vectorOffset, relative: 1e-4)
    #expect(found.note.isEmpty)
    #expect(found.likelihoodAfter <= data.temperatureLikelihood)
    let separable = try VectorScaling(logits: [[3, 0], [0, 2]], labels: [0, 1])
    #expect(separable.likelihoodAfter < separable.likelihoodBefore)
    #expect(separable.scale.allSatisfy { $0.isFinite })
  }

  @Test func aScalingForOtherClassesIsRefused() throws {
    let scaling = try VectorScaling(logits: [[3, 0], [0, 2], [1, 2]], labels: [0, 1, 0])
    #expect(throws: InterpretabilityError.self) { try scaling.probabilities([[1, 2, 3]]) }
    var model = try SampleNets.mixed()
    model.inputSpec.size = [9, 7]
    #expect(throws: InterpretabilityError.self) { try scaling.applied(to: model) }
    let text = """
      {"temperature": 0, "likelihoodBefore": 1, "likelihoodAfter": 1, "note": ""}
      """
    let read = try JSONDecoder().decode(TemperatureScaling.self, from: Data(text.utf8))
    #expect(throws: InterpretabilityError.self) { try read.applied(to: model) }
  }

  @Test func theVectorScaledModelIsThatOfTheFormula() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(12)
    let logits = try model(input)
    let scaling = try VectorScaling(
      logits: logits, labels: [0, 3, 2, 1, 4, 0, 0, 2, 1, 1, 3, 4])
    let rows = try PredictiveDistribution.probabilities(scaling.applied(to: model)(input))
    for (row, other) in zip(rows, try scaling.probabilities(logits.rows())) {
      expectClose(row, other, relative: 1e-9)
    }
  }

  @Test func theSearchFindsTheMinimumOfRosenbrock() {
    let found = LimitedMemoryBFGS().minimum(from: [-1.2, 1]) { p in
      let (a, b) = (1 - p[0], p[1] - p[0] * p[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * p[0] * b, 200 * b])
    }
    expectClose(found.point, [1, 1], relative: 1e-6)
  }
}
