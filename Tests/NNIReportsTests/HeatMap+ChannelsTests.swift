import NNIReports
import Testing

@Suite struct HeatMapChannelsTests {
  /// `[C, H, W] = [2, 1, 3]`.
  let values: [Float] = [1, -2, 3, 10, -5, -4]

  @Test func sumsOverChannels() throws {
    let map = try HeatMap(summing: values, channels: 2, height: 1, width: 3)
    #expect(map.values == [11, -7, -1])
    #expect(map.kind == .signed)
    #expect(map.sum == Double(values.reduce(0, +)))
  }

  @Test func takesTheLargestMagnitude() throws {
    let map = try HeatMap(largestMagnitudeOf: values, channels: 2, height: 1, width: 3)
    #expect(map.values == [10, 5, 4])
    #expect(map.kind == .magnitude)
  }

  @Test func losesNoNaN() {
    for values in [[Float.nan, 1], [1, Float.nan]] {
      #expect(throws: ReportError.self) {
        _ = try HeatMap(largestMagnitudeOf: values, channels: 2, height: 1, width: 1)
      }
      #expect(throws: ReportError.self) {
        _ = try HeatMap(summing: values, channels: 2, height: 1, width: 1)
      }
    }
  }

  @Test func refusesWrongShapes() {
    #expect(throws: ReportError.self) {
      _ = try HeatMap(summing: values, channels: 3, height: 1, width: 3)
    }
    #expect(throws: ReportError.self) {
      _ = try HeatMap(summing: [], channels: 0, height: 0, width: 0)
    }
  }
}
