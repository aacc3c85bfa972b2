import NNIReports
import Testing

@Suite struct HeatMapTests {
  @Test func keepsItsTotal() throws {
    let map = try HeatMap([1, -2, 3, 0.5, 0, -0.25], height: 2, width: 3, kind: .signed)
    #expect(map.sum == 2.25)
    #expect(map.largestMagnitude == 3)
    #expect(!map.isZero)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func refusesWhatIsNoNumber(value: Float) {
    let error = #expect(throws: ReportError.self) {
      _ = try HeatMap([0, 0, 0, value], height: 2, width: 2, kind: .signed)
    }
    #expect(error?.code == .notFinite)
    #expect(error?.description.contains("Row 1, column 1") == true)
  }

  @Test func refusesWrongShapesAndSigns() {
    #expect(throws: ReportError.self) { _ = try HeatMap([], height: 0, width: 3, kind: .signed) }
    #expect(throws: ReportError.self) { _ = try HeatMap([1], height: 1, width: 2, kind: .signed) }
    #expect(throws: ReportError.self) {
      _ = try HeatMap([-1], height: 1, width: 1, kind: .magnitude)
    }
  }
}
