@testable import NNIMethods
import Foundation
import NNITestSupport
import Testing

/// Sparseness, complexity and the residual of the ledger.
@Suite struct MapShapeTests {
  @Test func oneHotAndConstantMapsAreTheEnds() throws {
    var oneHot = [Double](repeating: 0, count: 12)
    oneHot[7] = -3
    let subject = try MetricCase.map(
      oneHot + [Double](repeating: 0.4, count: 12) + [Double](repeating: 0, count: 12), height: 3,
      width: 4)
    let sparseness = try Sparseness().evaluate(subject)
    expectClose(sparseness.values.compactMap { $0 }, [1 - 1.0 / 12, 0], absolute: 1e-12)
    let complexity = try Complexity().evaluate(subject)
    expectClose(complexity.values.compactMap { $0 }, [0, log(12)], absolute: 1e-12)
    // A map of zeros has neither.
    #expect(sparseness.values[2] == nil && complexity.values[2] == nil)
    #expect(sparseness.mean != nil)
  }

  @Test func giniIsHalfTheMeanDifference() throws {
    var numbers = SeededNumbers(3)
    let values = (0..<20).map { _ in numbers.normal() }
    let result = try Sparseness().evaluate(MetricCase.map(values, height: 4, width: 5))
    var differences = 0.0
    for first in values { for second in values { differences += abs(abs(first) - abs(second)) } }
    let mean = values.map(\.magnitude).reduce(0, +) / 20
    expectClose(result.values.compactMap { $0 }, [differences / 400 / (2 * mean)])
  }

  @Test func theScaleOfAMapDoesNotMatter() throws {
    var numbers = SeededNumbers(4)
    let values = (0..<20).map { _ in numbers.normal() }
    let (one, many) = (
      try MetricCase.map(values, height: 4, width: 5),
      try MetricCase.map(values.map { $0 * -1e6 }, height: 4, width: 5)
    )
    for metric in [Sparseness() as any AttributionMetric, Complexity()] {
      expectClose(
        try metric.evaluate(many).values.compactMap { $0 },
        try metric.evaluate(one).values.compactMap { $0 })
    }
  }

  @Test func theResidualIsTheLedgers() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput(2)
    let path = try MetricCase(
      model, input: input, method: IntegratedGradients(steps: 3), target: .classes([0, 2]))
    let result = try CompletenessResidual().evaluate(path)
    let sums = try path.attribution.map.sumPerSample().doubles()
    let logits = try model(input).doubles()
    let zeros = try model(input.zerosLike()).doubles()
    for (sample, place) in [0, 5 + 2].enumerated() {
      let whole = logits[place] - zeros[place]
      expectClose(
        [try #require(result.values[sample])], [abs(whole - sums[sample]) / abs(whole)],
        relative: 1e-8)
    }
    let saliency = try MetricCase(model, input: input, method: Saliency())
    #expect(try CompletenessResidual().evaluate(saliency).values == [nil, nil])
  }
}
