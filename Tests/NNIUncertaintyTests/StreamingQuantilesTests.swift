@testable import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

@Suite struct StreamingQuantilesTests {
  /// The example of Jain and Chlamtac 1985, table I: the median of twenty values is estimated as 4.44.
  @Test func theExampleOfThePaper() {
    let values = [
      0.02, 0.15, 0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92, 34.60, 10.28, 1.47, 0.40,
      0.05, 11.39, 0.27, 0.42, 0.09, 11.37,
    ]
    var estimate = PSquareQuantile(0.5, first: values[..<5].map { [$0] })
    for value in values[5...] { estimate.add([value]) }
    #expect(abs(estimate.values[0] - 4.44) < 0.005)
  }

  @Test func quantilesOfAllMapsAreNumPys() throws {
    var quantiles = StreamingQuantiles([0, 0.3, 0.5, 1], bytes: 1 << 20)
    for value in [5.0, 1, 4, 2] { quantiles.add([value, -value]) }
    let found = try quantiles.values()
    // numpy.quantile([5, 1, 4, 2], q), and of the negatives.
    expectClose(found.map { $0[0] }, [1, 1.9, 3, 5])
    expectClose(found.map { $0[1] }, [-5, -4.1, -3, -1])
    #expect(quantiles.isExact)
  }

  @Test func beyondTheMemoryTheyAreEstimated() throws {
    var numbers = SeededNumbers(4)
    let maps = (0..<4000).map { _ in [numbers.normal(), numbers.uniform()] }
    var (exact, rough) = (
      StreamingQuantiles([0.05, 0.5, 0.95], bytes: 1 << 30),
      StreamingQuantiles([0.05, 0.5, 0.95], bytes: 300)
    )
    for map in maps {
      exact.add(map)
      rough.add(map)
    }
    #expect(exact.isExact && !rough.isExact)
    for (left, right) in zip(try exact.values(), try rough.values()) {
      #expect(abs(left[0] - right[0]) < 0.05)
      #expect(abs(left[1] - right[1]) < 0.02)
    }
    // Both phases see the maps in the same order: switching late is the same estimate.
    var late = StreamingQuantiles([0.05, 0.5, 0.95], bytes: 30_000)
    for map in maps { late.add(map) }
    #expect(try late.values() == rough.values())
  }

  @Test func equalValuesHaveTheirValueAsQuantile() throws {
    var quantiles = StreamingQuantiles([0.1, 0.9], bytes: 1)
    for _ in 0..<50 { quantiles.add([2.5]) }
    #expect(try quantiles.values() == [[2.5], [2.5]])
  }

  @Test func statisticsAreTheirLiteralFormulas() throws {
    var numbers = SeededNumbers(6)
    let maps = try (0..<9).map { _ in try numbers.tensor([1, 2, 3]) }
    var statistics = try MapStatistics(shape: [1, 2, 3], quantiles: [0.5], bytes: 1 << 20)
    for map in maps { try statistics.add(map) }
    let columns = try maps.map { try $0.doubles() }
    for element in 0..<6 {
      let values = columns.map { $0[element] }
      let mean = values.reduce(0, +) / 9
      let deviation = (values.reduce(0) { $0 + pow($1 - mean, 2) } / 8).squareRoot()
      #expect(abs(try statistics.mean.doubles()[element] - mean) < 1e-14)
      #expect(abs(try statistics.deviation.doubles()[element] - deviation) < 1e-14)
      let agreeing = Double(values.count { ($0 > 0) == (mean > 0) }) / 9
      #expect(abs(try statistics.signAgreement.doubles()[element] - agreeing) < 1e-14)
      #expect(
        abs(try statistics.signalToNoise.doubles()[element] - abs(mean) / deviation) < 1e-10)
      #expect(try statistics.quantileMaps()[0].doubles()[element] == values.sorted()[4])
    }
  }
}
