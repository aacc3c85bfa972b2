@testable import NNIMethods
import NNITestSupport
import Testing

@Suite struct DeletionCurveTests {
  /// What is left of a linear network's logit is the sum of what is not taken away.
  @Test(arguments: [1, 4, 10, 63, 100]) func ofALinearNetworkIsAClosedForm(step: Int) throws {
    let (subject, weights, input) = try MetricCase.linear { try $0 * $1 }
    let result = try DeletionCurve(step: step, score: .logit).evaluate(subject)
    let steps = (63 + step - 1) / step
    for sample in 0..<2 {
      let pixels = Self.shares(weights[sample], input[sample])
      // The map is the products, so that pixels go by falling share.
      let sorted = pixels.sorted(by: >)
      let curve = (0...steps).map { sorted.dropFirst(min($0 * step, 63)).reduce(0, +) }
      let logit = try #require(result.curves["logit"])
      expectClose(logit.values[sample], curve, absolute: 1e-10)
      expectClose(logit.places, (0...steps).map { Double(min($0 * step, 63)) / 63 })
      // Trapezoids as wide as the share of pixels between their sides: the last step may be a small one.
      var area = 0.0
      for k in 0..<steps {
        area += (curve[k] + curve[k + 1]) / 2 * (logit.places[k + 1] - logit.places[k])
      }
      expectClose([try #require(result.values[sample])], [area])
    }
  }

  /// After the k-th of n widening steps (k/n)² of the pixels are gone, each number of pixels once.
  @Test func stepsThatWidenAreSquares() throws {
    let (subject, weights, input) = try MetricCase.linear { try $0 * $1 }
    for (steps, counts) in [
      (3, [0, 7, 28, 63]), (1, [0, 63]), (9, [0, 1, 3, 7, 12, 19, 28, 38, 50, 63]),
    ] {
      let result = try DeletionCurve(steps: steps, score: .logit).evaluate(subject)
      let logit = try #require(result.curves["logit"])
      expectClose(logit.places, counts.map { Double($0) / 63 })
      for sample in 0..<2 {
        let sorted = Self.shares(weights[sample], input[sample]).sorted(by: >)
        expectClose(
          logit.values[sample], counts.map { sorted.dropFirst($0).reduce(0, +) }, absolute: 1e-10)
      }
    }
    // More steps than pixels: none stands still.
    let places = try #require(
      DeletionCurve(steps: 500, score: .logit).evaluate(subject).curves["logit"]
    ).places
    #expect(zip(places, places.dropFirst()).allSatisfy(<) && places.count == 64)
  }

  /// A curve that falls at once: few widening steps find its area, few equal ones do not.
  @Test func fewWideningStepsFindASteepFall() throws {
    let shares = (0...2500).map { Double($0) / 2500 }
    func fall(_ share: Double) -> Double { max(0, 1 - share * 100) }
    func area(_ places: [Double]) -> Double {
      MetricCurve(places: places, values: [places.map(fall)]).areas[0]
    }
    let whole = area(shares)
    #expect(abs(whole - 0.005) < 1e-4)
    func pixelwise(step: Int, steps: Int) throws -> [Double] {
      let empty = try Tensor.full([1], 0)
      return PixelwiseCurve(step: step, region: 1, steps: steps, from: empty, to: empty).thresholds(
        50176
      )
      .map { Double($0) / 50176 }
    }
    #expect(try abs(area(pixelwise(step: 1, steps: 28)) - whole) < 0.0006)
    #expect(try abs(area(pixelwise(step: 1792, steps: 0)) - whole) > 0.01)
  }

  @Test func insertionRunsTheOtherWay() throws {
    let (subject, _, _) = try MetricCase.linear { try $0 * $1 }
    let deletion = try DeletionCurve(step: 7, fill: .mean, score: .logit).evaluate(subject)
    let (reversed, _, _) = try MetricCase.linear { try ($0 * $1).negated() }
    let insertion = try InsertionCurve(step: 7, start: .mean, score: .logit).evaluate(reversed)
    // 63 pixels in nine steps: showing the least important first is deleting the most important last.
    for sample in 0..<2 {
      expectClose(
        try #require(insertion.curves["logit"]).values[sample],
        try #require(deletion.curves["logit"]).values[sample].reversed(), absolute: 1e-10)
    }
  }

  /// The pixels of signed maps are sums over the channels, those of sensitivities the largest magnitudes.
  @Test(arguments: [true, false]) func aProbabilityIsTheSoftmaxOfWhatIsLeft(isSigned: Bool) throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let method: any AttributionMethod = isSigned ? Gradient() : Saliency()
    let subject = try MetricCase(model, input: input, method: method, target: .classes([3, 1]))
    let fill = [0.1, -2, 0.7]
    let result = try DeletionCurve(step: 10, fill: .numbers(fill)).evaluate(subject)
    let map =
      isSigned
      ? try subject.attribution.map.sum(over: [1]).doubles()
      : try subject.attribution.map.magnitude().maximum(over: [1]).doubles()
    for (sample, index) in [3, 1].enumerated() {
      var values = try input.selected(axis: 0, index: sample).doubles()
      var probabilities: [Double] = []
      var left = Set(0..<63)
      let scores = Array(map[(sample * 63)..<((sample + 1) * 63)])
      while true {
        let logits = try model(Tensor(values, shape: [1, 3, 9, 7]))
        probabilities.append(try logits.softmax(along: 1).doubles()[index])
        if left.isEmpty { break }
        for _ in 0..<min(10, left.count) {
          guard let best = left.max(by: { (scores[$0], $1) < (scores[$1], $0) }) else { break }
          left.remove(best)
          for channel in 0..<3 { values[channel * 63 + best] = fill[channel] }
        }
      }
      expectClose(try #require(result.curves["probability"]).values[sample], probabilities)
      // Six steps of 10 pixels and one of 3.
      var area = 0.0
      for k in 0..<7 { area += (probabilities[k] + probabilities[k + 1]) / 2 * (k < 6 ? 10 : 3) }
      expectClose([try #require(result.values[sample])], [area / 63])
    }
  }

  @Test func equalPixelsGoInTheirOrder() throws {
    let (subject, weights, input) = try MetricCase.linear { weights, _ in try weights.zerosLike() }
    let result = try DeletionCurve(step: 1, score: .logit).evaluate(subject)
    let pixels = Self.shares(weights[0], input[0])
    let curve = (0...63).map { pixels.dropFirst($0).reduce(0, +) }
    expectClose(try #require(result.curves["logit"]).values[0], curve, absolute: 1e-10)
  }

  @Test func neitherBudgetNorBatchChangesIt() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(3)
    let method = Gradient()
    let whole = try DeletionCurve(step: 6).evaluate(
      MetricCase(model, input: input, method: method))
    var small = model
    small.memoryBudget = MemoryBudget(bytes: 1)
    var alone: [MetricResult] = []
    for sample in 0..<3 {
      alone.append(
        try DeletionCurve(step: 6).evaluate(
          MetricCase(
            small, input: input.narrowed(axis: 0, to: sample..<(sample + 1)), method: method,
            firstSample: sample)))
    }
    let joined = try MetricResult.joined(alone)
    expectClose(joined.values.compactMap { $0 }, whole.values.compactMap { $0 })
    let curve = try #require(joined.curves["probability"])
    expectClose(
      curve.values.flatMap { $0 }, try #require(whole.curves["probability"]).values.flatMap { $0 })
  }

  @Test func aNeuronHasNoProbability() throws {
    let subject = try MetricCase(
      SampleNets.mixed(), input: SampleNets.mixedInput(1), method: Gradient(),
      target: .neuron("stem", [0, 2, 2]))
    let error = #expect(throws: InterpretabilityError.self) {
      try DeletionCurve(step: 9).evaluate(subject)
    }
    #expect(error?.message.contains("score=logit") == true)
    let result = try DeletionCurve(step: 9, score: .logit).evaluate(subject)
    // All channels at 3 × 3 pixels decide; with all pixels gone the bias is left.
    #expect(result.curves["probability"] == nil)
    let curve = try #require(result.curves["logit"]).values[0]
    let bias = try SampleNets.mixed()(SampleNets.mixedInput(1)).shape
    #expect(bias == [1, 5])
    #expect(curve.count == 8)
  }

  @Test func aCoarseMapIsEnlarged() throws {
    let coarse = try Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 3, 2], dtype: .float64)
    let input = try Tensor.full([1, 3, 9, 7], 0, dtype: .float64)
    let map = try PixelMap.resized(coarse, to: input)
    let expected = try Tensor.call(
      "aten::upsample_bilinear2d", .tensor(coarse), .ints([9, 7]), .bool(false), .none, .none)
    try expectClose(map, expected)
    // Half-pixel centres: the corner keeps the corner's value.
    #expect(try map.doubles()[0] == 1 && map.doubles()[62] == 6)
  }

  @Test func theKernelIsRISEs() {
    // scipy.ndimage.gaussian_filter of a 1 in the middle of 11, σ = 5, along one axis.
    let kernel = KernelBlur(deviation: 5, side: 11).kernel
    expectClose([kernel.reduce(0, +)], [1])
    expectClose(kernel, kernel.reversed())
    expectClose(Array(kernel.prefix(6)), Self.scipyKernel, relative: 1e-12)
  }

  /// What each pixel, its three channels together, adds to a linear network's logit.
  private static func shares(_ weights: [Double], _ input: [Double]) -> [Double] {
    let products: [Double] = zip(weights, input).map { $0 * $1 }
    return (0..<63).map { (pixel: Int) -> Double in
      let red: Double = products[pixel]
      return red + products[pixel + 63] + products[pixel + 126]
    }
  }

  /// Printed by `Tests/Fixtures/metrics/make.py`.
  private static let scipyKernel = [
    0.08795814577727815,
    0.08889611977709484,
    0.09047419654910865,
    0.09219111781938806,
    0.09348938844291409,
    0.09398206326843249,
  ]

  /// Squares of pixels go together, by their sums, cut at the border.
  @Test func `Regions go together`() throws {
    let (model, input) = try (SampleNets.mixed(), SampleNets.mixedInput(1))
    let subject = try MetricCase(model, input: input, method: GradientTimesInput(), target: 2)
    let result = try DeletionCurve(step: 1, region: 4, score: .logit).evaluate(subject)
    let map = try PixelMap(subject.attribution, over: input).values[0]
    var sums = [Double](repeating: 0, count: 6)
    for row in 0..<9 {
      for column in 0..<7 { sums[row / 4 * 2 + column / 4] += map[row * 7 + column] }
    }
    var pixels = try input.doubles()
    var literal = [try model(input).doubles()[2]]
    for region in sums.indices.sorted(by: { sums[$0] > sums[$1] }) {
      for channel in 0..<3 {
        for row in 0..<9 {
          for column in 0..<7 where row / 4 * 2 + column / 4 == region {
            pixels[(channel * 9 + row) * 7 + column] = 0
          }
        }
      }
      literal.append(try model(Tensor(pixels, shape: input.shape)).doubles()[2])
    }
    expectClose(try #require(result.curves["logit"]).values[0], literal, relative: 1e-9)
    let inserted = try InsertionCurve(step: 1, region: 4, start: .numbers([0]), score: .logit)
      .evaluate(subject)
    #expect(try abs(#require(inserted.curves["logit"]).values[0][0] - literal[6]) < 1e-9)
  }
}
