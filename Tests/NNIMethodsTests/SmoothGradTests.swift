import NNIMethods
import NNITestSupport
import Testing

@Suite struct SmoothGradTests {
  /// `f = ½ Σ x²`, whose gradient is the input itself, so that a map shows the noise.
  private func mirror() throws -> Model {
    var graph = Graph(input: "image")
    try graph.add(ProductLayer(), as: "square", after: ["image", "image"])
    try graph.add(FlattenLayer(), as: "flat", after: ["square"])
    try graph.add(
      DenseLayer(weight: .full([1, 24], 0.5, dtype: .float64)), as: "half", after: ["flat"])
    return try Model(graph)
  }

  /// 25 samples go through the network ten at once, three at once and one at once.
  @Test(arguments: SmoothGrad.Average.allCases) func theBitsDoNotDependOnTheChunks(
    _ average: SmoothGrad.Average
  ) throws {
    var numbers = SeededNumbers(2)
    let images = try numbers.tensor([11, 2, 4, 3])
    let method = SmoothGrad(average: average, seed: 5)
    func first(_ count: Int) throws -> [Double] {
      let result = try method.attribute(
        mirror(), input: images.narrowed(axis: 0, to: 0..<count), target: .class(0))
      return try result.map.narrowed(axis: 0, to: 0..<1).doubles()
    }
    let alone = try first(1)
    #expect(try first(3) == alone)
    #expect(try first(11) == alone)
    let other = try SmoothGrad(average: average, seed: 6).attribute(
      mirror(), input: images, target: .class(0))
    #expect(try other.map.narrowed(axis: 0, to: 0..<1).doubles() != alone)
  }

  /// The noise is normal, with 0.15 of the sample's own range as deviation.
  @Test func theNoiseIsAsLargeAsItShouldBe() throws {
    var numbers = SeededNumbers(2)
    let images = try numbers.tensor([2, 2, 4, 3])
    let method = SmoothGrad(samples: 4000, average: .variance)
    let variance = try method.attribute(mirror(), input: images, target: .class(0)).map.doubles()
    let values = try images.doubles()
    for sample in 0..<2 {
      let part = values[(sample * 24)..<(sample * 24 + 24)]
      let deviation = 0.15 * ((part.max() ?? 0) - (part.min() ?? 0))
      let mean = variance[(sample * 24)..<(sample * 24 + 24)].reduce(0, +) / 24
      // The mean of 24 sample variances of 4000 draws is off by half a percent.
      #expect(abs(mean / (deviation * deviation) - 1) < 0.02)
    }
  }

  /// Against a loop that calls the inner method on one noisy input after the other.
  @Test(
    arguments: [
      Gradient() as any AttributionMethod, LRP(.epsilon), DeepLIFT(.rescale),
      GradCAM(layer: "concat"),
    ].indices, SmoothGrad.Average.allCases)
  func itIsTheAverageOfTheInnerMethod(index: Int, average: SmoothGrad.Average) throws {
    let inner: any AttributionMethod =
      [Gradient(), LRP(.epsilon), DeepLIFT(.rescale), GradCAM(layer: "concat")][index]
    let (model, input) = (try SampleNets.mixed(), try SampleNets.mixedInput())
    let (count, noise) = (7, 0.3)
    let result = try SmoothGrad(of: inner, samples: count, noise: noise, average: average, seed: 9)
      .attribute(model, input: input, target: .predicted)
    let classes = try Gradient().attribute(model, input: input, target: .predicted).classes
    #expect(result.classes == classes)

    let values = try input.doubles()
    var maps: [[Double]] = []
    for draw in 0..<count {
      let normals = CounterRandom(seed: 9).normals(189, stream: UInt64(draw)).map(Double.init)
      let noisy = values.indices.map { place in
        let sample = values[(place / 189 * 189)..<(place / 189 * 189 + 189)]
        let range = (sample.max() ?? 0) - (sample.min() ?? 0)
        return values[place] + noise * range * normals[place % 189]
      }
      let map = try inner.attribute(
        model, input: Tensor(noisy, shape: input.shape), target: .classes(classes)
      ).map.doubles()
      maps.append(average == .square ? map.map { $0 * $0 } : map)
    }
    let mean = maps[0].indices.map { place in
      maps.reduce(0) { $0 + $1[place] } / Double(count)
    }
    let variance = mean.indices.map { place in
      maps.reduce(0) { $0 + ($1[place] - mean[place]) * ($1[place] - mean[place]) }
        / Double(count - 1)
    }
    try expectClose(result.map.doubles(), average == .variance ? variance : mean)
    let error = try #require(result.details["standard-error"])
    try expectClose(error.doubles(), variance.map { ($0 / Double(count)).squareRoot() })
  }

  @Test(arguments: SmoothGrad.Average.allCases) func withoutNoiseItIsTheMethodItself(
    _ average: SmoothGrad.Average
  ) throws {
    let (model, input) = (try SampleNets.mixed(), try SampleNets.mixedInput())
    let plain = try Gradient().attribute(model, input: input, target: .predicted).map
    let smooth = try SmoothGrad(samples: 3, noise: 0, average: average).attribute(
      model, input: input, target: .predicted)
    switch average {
    case .mean: try expectClose(smooth.map, plain)
    case .square: try expectClose(smooth.map, plain.squared())
    case .variance: #expect(try smooth.map.doubles().allSatisfy { abs($0) < 1e-24 })
    }
    let error = try #require(smooth.details["standard-error"])
    #expect(try error.doubles().allSatisfy { abs($0) < 1e-12 })
  }
}
