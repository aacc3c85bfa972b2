@testable import NNIMethods
import Foundation
import NNITestSupport
import Testing

/// Infidelity, sensitivity, flipping and ROAD on networks whose answers are known.
@Suite struct PerturbationMetricsTests {
  @Test(arguments: [Infidelity.Perturbation.square, .gaussian])
  func theGradientOfALinearNetworkIsFaithful(perturbation: Infidelity.Perturbation) throws {
    let metric = Infidelity(perturbation: perturbation, samples: 20, side: 3, fill: .mean)
    let (gradient, _, _) = try MetricCase.linear { weights, _ in weights }
    let faithful = try metric.evaluate(gradient)
    for value in faithful.values { #expect(try #require(value) < 1e-20) }
    expectClose(faithful.details["beta"]?.compactMap { $0 } ?? [], [1, 1])
    // Twice the gradient is wrong by as much as the score changes, and β knows.
    let (double, _, _) = try MetricCase.linear { weights, _ in try weights * 2 }
    let wrong = try metric.evaluate(double)
    expectClose(
      wrong.values.compactMap { $0 }, wrong.details["change"]?.compactMap { $0 } ?? [])
    expectClose(wrong.details["beta"]?.compactMap { $0 } ?? [], [0.5, 0.5])
    for value in wrong.details["unexplained"] ?? [] { #expect(try #require(value) < 1e-12) }
    // A map that contains the input is divided by it again.
    let (product, _, _) = try MetricCase.linear(promise: .sumsToScore) { weights, input in
      let mean = try input.mean(over: [2, 3], keepingAxes: true)
      return try weights * (perturbation == .square ? input - mean : input)
    }
    for value in try metric.evaluate(product).values { #expect(try #require(value) < 1e-18) }
  }

  @Test func ofNothingTheWholeChangeIsUnexplained() throws {
    let (zero, _, _) = try MetricCase.linear { weights, _ in try weights.zerosLike() }
    let result = try Infidelity(samples: 20, side: 3).evaluate(zero)
    expectClose(result.details["unexplained"]?.compactMap { $0 } ?? [], [1, 1])
    expectClose(result.details["beta"]?.compactMap { $0 } ?? [], [0, 0])
  }

  @Test func seedsMatterAndSquaresMustFit() throws {
    let (subject, _, _) = try MetricCase.linear { weights, _ in weights }
    let result = try Infidelity(samples: 40, side: 4).evaluate(subject)
    let other = try Infidelity(samples: 40, side: 4, seed: 1).evaluate(subject)
    #expect(result.details["change"] != other.details["change"])
    let error = #expect(throws: InterpretabilityError.self) {
      try Infidelity(side: 8).evaluate(subject)
    }
    #expect(error?.message.contains("set side to 7") == true)
  }

  @Test func theMapOfALinearNetworkDoesNotMove() throws {
    let (model, _) = try SampleNets.linear()
    let input = try SampleNets.mixedInput(2)
    let gradient = try MetricCase(model, input: input, method: Gradient(), target: 2)
    #expect(try MaxSensitivity().evaluate(gradient).values == [0, 0])
    // Gradient times input moves as the input does: at most by the radius times the range.
    let product = try MetricCase(model, input: input, method: GradientTimesInput(), target: 2)
    let result = try MaxSensitivity(radius: 0.1, draws: 5).evaluate(product)
    let doubled = try MaxSensitivity(radius: 0.2, draws: 5).evaluate(product)
    for sample in 0..<2 {
      let (once, twice) = (
        try #require(result.values[sample]), try #require(doubled.values[sample])
      )
      expectClose([twice], [2 * once])
      #expect(try #require(result.details["average"]?[sample]) <= once)
      let own = try input.selected(axis: 0, index: sample).doubles()
      let map = try product.attribution.map.selected(axis: 0, index: sample).doubles()
      let range = try #require(own.max()) - #require(own.min())
      let weights = zip(map, own).map { $0 / $1 }
      let most = weights.map { ($0 * 0.1 * range) * ($0 * 0.1 * range) }.reduce(0, +)
      let norm = map.map { $0 * $0 }.reduce(0, +)
      #expect(once > 0 && once <= (most / norm).squareRoot())
    }
  }

  @Test func allRegionsLeaveWhatReplacedThem() throws {
    let (subject, _, _) = try MetricCase.linear { try $0 * $1 }
    for order in PixelFlipping.Order.allCases {
      let result = try PixelFlipping(order: order, region: 2, steps: 0, score: .logit)
        .evaluate(subject)
      let curve = try #require(result.curves["logit"])
      #expect(curve.places.count == 5 * 4 + 1 && curve.places.last == 1)
      // The same numbers replace everything in the end, in whatever order.
      let morf = try PixelFlipping(region: 2, steps: 0, score: .logit).evaluate(subject)
      for (one, other) in zip(curve.values, try #require(morf.curves["logit"]).values) {
        expectClose([try #require(one.last)], [try #require(other.last)])
        expectClose([one[0]], [other[0]])
      }
      if order != .morf { #expect(try #require(result.mean) < #require(morf.mean)) }
    }
    let clean = try PixelFlipping(region: 2, steps: 0, replacement: .fill, score: .logit)
      .evaluate(subject)
    // A linear network without biases says 0 to zeros.
    for curve in try #require(clean.curves["logit"]).values {
      expectClose([try #require(curve.last)], [0], absolute: 1e-10)
    }
  }

  @Test func repetitionsAreAveraged() throws {
    let (subject, _, _) = try MetricCase.linear { try $0 * $1 }
    let metric = PixelFlipping(region: 3, steps: 5, repetitions: 3, score: .logit)
    let mean = try metric.evaluate(subject)
    #expect(
      try PixelFlipping(region: 3, steps: 5, score: .logit).evaluate(subject).values != mean.values)
    expectClose(
      mean.values.compactMap { $0 },
      try #require(mean.curves["logit"]).values.map { curve in
        curve.map { curve[0] - $0 }.reduce(0, +) / 6
      })
  }

  @Test(arguments: [0.1, 0.5, 0.9]) func imputedPixelsAreTheirNeighboursMeans(share: Double) throws
  {
    var numbers = SeededNumbers(UInt64(share * 10))
    let (height, width, channels) = (11, 8, 2)
    let image = try numbers.tensor([1, channels, height, width])
    let flags = (0..<2 * height * width).map { _ in numbers.uniform() < share ? 1.0 : 0 }
    let missing = try Tensor(flags, shape: [2, 1, height, width])
    let filled = try NoisyLinearImputation().filled(image, missing)
    #expect(filled.shape == [2, channels, height, width])
    let (values, old) = (try filled.doubles(), try image.doubles())
    var worst = 0.0
    for row in 0..<2 {
      for channel in 0..<channels {
        func value(_ y: Int, _ x: Int) -> Double {
          values[((row * channels + channel) * height + y) * width + x]
        }
        for y in 0..<height {
          for x in 0..<width {
            guard flags[(row * height + y) * width + x] == 1 else {
              #expect(value(y, x) == old[(channel * height + y) * width + x])
              continue
            }
            var (sum, total) = (0.0, 0.0)
            for dy in -1...1 {
              for dx in -1...1 where (dy, dx) != (0, 0) {
                guard (0..<height).contains(y + dy), (0..<width).contains(x + dx) else { continue }
                let weight = dy == 0 || dx == 0 ? 1.0 / 6 : 1.0 / 12
                sum += weight * value(y + dy, x + dx)
                total += weight
              }
            }
            worst = max(worst, abs(value(y, x) - sum / total))
          }
        }
      }
    }
    #expect(worst < 1e-9)
  }

  @Test func largeHolesAreSolvedToo() throws {
    // Only the left column is known, and rises: a harmonic function of rows, settled far from it.
    let (height, width) = (40, 60)
    let image = try Tensor(
      (0..<height * width).map { Double($0 / width) }, shape: [1, 1, height, width])
    let missing = try Tensor(
      (0..<height * width).map { $0 % width == 0 ? 0.0 : 1 }, shape: [1, 1, height, width])
    let filled = try NoisyLinearImputation().filled(image, missing).doubles()
    // The upper and the lower half mirror each other about the middle.
    for y in 0..<height {
      for x in 0..<width {
        #expect(
          abs(filled[y * width + x] + filled[(height - 1 - y) * width + x] - 39) < 1e-8)
      }
    }
    #expect(abs(filled[width - 1] - 19.5) < 5)
    let nothing = try NoisyLinearImputation().filled(image, missing.onesLike()).doubles()
    #expect(nothing.allSatisfy { $0 == 0 })
  }

  @Test func roadTakesPixelsInBothOrders() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let subject = try MetricCase(model, input: input, method: Gradient(), target: .classes([3, 1]))
    let result = try ROAD(percentiles: [25, 60], noise: 0).evaluate(subject)
    let pixels = try PixelMap(subject.attribution, over: input)
    for sample in 0..<2 {
      let image = try input.narrowed(axis: 0, to: sample..<(sample + 1))
      for (place, share) in [0.25, 0.6].enumerated() {
        for (name, order) in [
          ("morf", pixels.order[sample]), ("lerf", pixels.order[sample].reversed()),
        ] {
          var missing = [Double](repeating: 0, count: 63)
          for pixel in order.prefix(Int((share * 63).rounded())) { missing[pixel] = 1 }
          let filled = try NoisyLinearImputation().filled(
            image, Tensor(missing, shape: [1, 1, 9, 7]))
          let expected = try model(filled).softmax(along: 1).doubles()[[3, 1][sample]]
          let curve = try #require(result.curves["\(name)-probability"])
          expectClose([curve.values[sample][place]], [expected], relative: 1e-9)
        }
      }
      let (morf, lerf) = (
        try #require(result.details["morf"]?[sample]), try #require(result.details["lerf"]?[sample])
      )
      expectClose([try #require(result.values[sample])], [(lerf - morf) / 2], absolute: 1e-12)
    }
    let noisy = try ROAD(percentiles: [25, 60], noise: 0.3).evaluate(subject)
    #expect(noisy.values != result.values)
  }
}
