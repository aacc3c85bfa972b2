import NNIImages
import NNIReports
import Testing

@Suite struct HeatMapScalingTests {
  /// numpy.percentile of |0, -1, 2, ..., -9| at 50, 90, 99.5: 4.5, 8.1, 8.955.
  @Test(arguments: [(50.0, 4.5), (90, 8.1), (99.5, 8.955), (0, 9), (100, 9)])
  func equalsNumPy(percent: Double, expected: Double) throws {
    let values = (0..<10).map { Float($0 % 2 == 0 ? $0 : -$0) }
    let map = try HeatMap(values, height: 2, width: 5, kind: .signed)
    // Percentile 0 is zero here, which scales nothing: then the maximum is taken.
    #expect(abs(try HeatMapScaling.percentile(percent).limit(of: map) - expected) < 1e-12)
  }

  @Test func dividesNeverByZero() throws {
    let zero = try HeatMap([Float](repeating: 0, count: 12), height: 3, width: 4, kind: .signed)
    #expect(try HeatMapScaling.robust.limit(of: zero) == 1)
    #expect(try HeatMapScaling.maximum.limit(of: zero) == 1)
    let picture = try zero.image()
    #expect(Set(picture.pixels).count == 1)
  }

  @Test func showsSparseMaps() throws {
    var values = [Float](repeating: 0, count: 1000)
    values[77] = -3
    let map = try HeatMap(values, height: 10, width: 100, kind: .signed)
    #expect(try HeatMapScaling.robust.limit(of: map) == 3)
  }

  @Test(arguments: [
    HeatMapScaling.percentile(-1), .percentile(101), .percentile(.nan), .fixed(0), .fixed(.nan),
  ])
  func refusesOptionsOutOfRange(scaling: HeatMapScaling) throws {
    let map = try HeatMap([1], height: 1, width: 1, kind: .signed)
    #expect(throws: ReportError.self) { _ = try scaling.limit(of: map) }
  }
}
