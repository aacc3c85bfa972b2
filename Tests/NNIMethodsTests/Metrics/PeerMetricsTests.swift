@testable import NNIMethods
import Foundation
import NNITestSupport
import Testing

/// The same maps judged by Quantus 0.6 and Captum 0.9, where the definitions agree.
@Suite struct PeerMetricsTests {
  private let file: SafetensorsFile
  private let subject: MetricCase

  init() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.url("metrics/metrics.safetensors"))
    func layer(_ name: String) throws -> (weight: Tensor, bias: Tensor) {
      (try file["net.\(name).weight"], try file["net.\(name).bias"])
    }
    let (first, second, last) = (try layer("0"), try layer("2"), try layer("5"))
    var graph = Graph(input: "image")
    try graph.add(
      ConvolutionLayer(weight: first.weight, bias: first.bias, padding: [1, 1]), as: "first",
      after: ["image"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["first"])
    try graph.add(
      ConvolutionLayer(weight: second.weight, bias: second.bias, padding: [1, 1]), as: "second",
      after: ["relu"])
    try graph.add(ActivationLayer(.tanh), as: "tanh", after: ["second"])
    try graph.add(FlattenLayer(), as: "flat", after: ["tanh"])
    try graph.add(DenseLayer(weight: last.weight, bias: last.bias), as: "logits", after: ["flat"])
    self.file = file
    subject = try MetricCase(
      Model(graph), input: file["input"], method: GivenMap(map: file["map"]),
      target: .classes(file["classes"].doubles().map { Int($0) }),
      regions: ObjectRegions(mask: file["mask"]))
  }

  private func expect(
    _ values: [Double?]?, _ key: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    expectClose(
      (values ?? []).compactMap { $0 }, try file[key].doubles(), relative: 1e-5, absolute: 1e-5,
      "\(key)", sourceLocation: sourceLocation)
  }

  @Test func shapeAndPlaceOfTheMaps() throws {
    try expect(Sparseness().evaluate(subject).values, "quantus.sparseness")
    try expect(Complexity().evaluate(subject).values, "quantus.complexity")
    try expect(PointingGame(tolerance: 0).evaluate(subject).values, "quantus.pointing-game")
    try expect(RelevanceMass().evaluate(subject).values, "quantus.relevance-mass")
    try expect(RelevanceRank().evaluate(subject).values, "quantus.relevance-rank")
  }

  @Test func pixelFlippingIsDeletionWithoutItsBeginning() throws {
    let result = try DeletionCurve(step: 12).evaluate(subject)
    let curves = try #require(result.curves["probability"])
    try expect(curves.values.flatMap { $0.dropFirst() }, "quantus.pixel-flipping")
  }

  @Test(arguments: [PixelFlipping.Order.morf, .lerf])
  func regionPerturbationIsWhatTheCurveFalls(order: PixelFlipping.Order) throws {
    let metric = PixelFlipping(
      order: order, region: 4, steps: 0, replacement: .fill, score: .logit)
    let result = try metric.evaluate(subject)
    let falls = try #require(result.curves["logit"]).values.map { curve in
      curve.dropFirst().map { curve[0] - $0 }
    }
    try expect(falls.flatMap { $0 }, "quantus.region-perturbation.\(order.rawValue)")
    // The area over the perturbation curve counts the beginning, where nothing fell yet.
    expectClose(result.values.compactMap { $0 }, falls.map { $0.reduce(0, +) / 10 })
  }

  @Test func imputation() throws {
    let filled = try NoisyLinearImputation().filled(
      file["imputation.image"].unsqueezed(0),
      file["imputation.missing"].unsqueezed(0).unsqueezed(0))
    try expectClose(
      filled.selected(axis: 0, index: 0), file["imputation.filled"], relative: 1e-8)
  }

  @Test func infidelityOfNoise() throws {
    let noise = try file["captum.noise"]
    for isNormalized in [false, true] {
      let metric = Infidelity(perturbation: .gaussian, samples: 12, normalize: isNormalized)
      let result = try metric.evaluate(subject) { sample, range, _, _ in
        try noise.selected(axis: 0, index: sample).narrowed(axis: 0, to: range)
      }
      try expect(
        result.values, "captum.infidelity.noise" + (isNormalized ? ".normalized" : ""))
      try expect(result.details["normalized"], "captum.infidelity.noise.normalized")
    }
  }

  @Test func infidelityOfMapsThatContainTheInput() throws {
    let blank = try file["captum.blank"]
    let metric = Infidelity(samples: 12, fill: .numbers([0.25]), containsInput: .yes)
    let result = try metric.evaluate(subject) { sample, range, clean, fixed in
      try (clean - fixed) * blank.selected(axis: 0, index: sample).narrowed(axis: 0, to: range)
    }
    try expect(result.values, "captum.infidelity.factor")
    try expect(result.details["normalized"], "captum.infidelity.factor.normalized")
  }

  @Test func sensitivity() throws {
    let noise = try file["captum.sensitivity.noise"]
    let explained = try MetricCase(
      subject.model, input: subject.input, method: Saliency(), target: subject.target)
    let result = try MaxSensitivity(draws: 12).evaluate(explained) { sample, draw, _ in
      try noise.selected(axis: 0, index: sample).narrowed(axis: 0, to: draw..<(draw + 1))
    }
    try expect(result.values, "captum.sensitivity")
  }

  @Test func similarities() throws {
    let (first, second) = (
      try file["similarity.first"].doubles(), try file["similarity.second"].doubles()
    )
    try expect([RankCorrelation.spearman(first, second)], "similarity.spearman")
    func scaled(_ values: [Double]) throws -> [Double] {
      let (low, high) = (try #require(values.min()), try #require(values.max()))
      return values.map { ($0 - low) / (high - low) }
    }
    let similarity = try StructuralSimilarity.mean(
      scaled(first), scaled(second), height: 19, width: 23)
    try expect([similarity], "similarity.ssim")
  }
}
