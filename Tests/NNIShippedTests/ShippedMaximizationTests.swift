import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// What the shipped digit networks look for.
struct ShippedMaximizationTests {
  /// The mean of each class of the shipped digits, `[10, 1, 28, 28]`.
  private func means() throws -> Tensor {
    let digits = try Shipped.digits()
    return try .concatenated(
      (0..<10).map { digit in
        let own = digits.labels.indices.filter { digits.labels[$0] == digit }
        return try digits.inputs(own).mean(over: [0], keepingAxes: true)
      }, axis: 0)
  }

  private func run(
    _ maximization: ActivationMaximization, on model: Model
  ) throws -> (images: Tensor, history: MaximizationHistory) {
    var state = try maximization.begin(on: model)
    try maximization.run(on: model, from: &state)
    return (try maximization.images(state, for: model), state.history)
  }

  private static let classes = Array(0..<10)

  private func probabilities(_ model: Model, _ images: Tensor) throws -> [Double] {
    try ClassRanking.all(model(images)).enumerated().map { digit, ranking in
      ranking.entries.first { $0.index == digit }?.probability ?? 0
    }
  }

  /// Without the shrinking of weights that Adam's decay is, every digit reaches what was asked for.
  @Test func `Digits from noise, drawn to their class's mean, are certain`() throws {
    let model = try Shipped.model(named: "digits_am")
    let maximization = ActivationMaximization(
      .each(Self.classes.map { .classLogProbability($0) })
        - 1e-3 * .distance(to: try means()),
      parameterization: PixelParameterization(bound: .none), start: .uniform, learningRate: 0.02,
      steps: 500, stopping: StoppingRule(probability: 0.999), classes: Self.classes, count: 10)
    let result = try run(maximization, on: model)
    #expect(result.history.images.allSatisfy { $0.end == .probability })
    #expect(try probabilities(model, result.images).allSatisfy { $0 >= 0.999 })
  }

  /// A code alone finds images that fool the one network; small changes of the image prevent that.
  ///
  /// Codes that begin at another digit may stay there; several candidates prevent that.
  @Test(arguments: ["digits_gan_generator", "digits_dcgan_generator"])
  func `A generator's digits are read alike by another network`(generator: String) throws {
    let model = try Shipped.model(named: "digits_cnn")
    let code = try CodeParameterization(Shipped.model(named: generator))
    let maximization = ActivationMaximization(
      .each(Self.classes.map { .classLogProbability($0) }), parameterization: code,
      transforms: .standard(for: try ImageCanvas(model)), classes: Self.classes, count: 10, seed: 1)
    let result = try run(maximization, on: model)
    #expect(try probabilities(model, result.images).allSatisfy { $0 >= 0.999 })
    let judge = try Shipped.model(named: "digits_am")
    #expect(try probabilities(judge, result.images).allSatisfy { $0 >= 0.9 })
  }
}
