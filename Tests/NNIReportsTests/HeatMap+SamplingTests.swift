import Testing

@testable import NNIReports

@Suite struct HeatMapSamplingTests {
  @Test func passesThroughPixelCentres() throws {
    let map = try HeatMap([1, 2, 3, 4, 5, 6], height: 2, width: 3, kind: .signed)
    for y in 0..<2 {
      for x in 0..<3 {
        let value = map.value(x: Double(x) + 0.5, y: Double(y) + 0.5)
        #expect(value == Double(y * 3 + x + 1))
      }
    }
  }

  /// A plane is interpolated exactly, and continued as a constant beyond the outer centres.
  @Test func interpolatesAPlane() throws {
    let values: [Float] = (0..<20).map { (index: Int) in Float(2 * (index % 5) + 7 * (index / 5)) }
    let map = try HeatMap(values, height: 4, width: 5, kind: .signed)
    for (x, y) in [(1.25, 2.0), (3.9, 0.6), (2.5, 3.1)] {
      let expected: Double = 2 * (x - 0.5) + 7 * (y - 0.5)
      #expect(abs(map.value(x: x, y: y) - expected) < 1e-12)
    }
    #expect(map.value(x: 0, y: 0) == 0)
    #expect(map.value(x: 99, y: 99) == 29)
  }

  @Test func averagesOverSquares() throws {
    let map = try HeatMap([1, 3, 10, 5, 7, 20], height: 2, width: 3, kind: .signed)
    let reduced = map.averaged(over: 2)
    #expect(reduced.width == 2 && reduced.height == 1)
    #expect(reduced.values == [4, 15])
    #expect(map.averaged(over: 1) == map)
    #expect(map.averaged(over: 9).values == [Float(46) / 6])
  }
}
