import Testing

@testable import NNIReports

@Suite struct ColorBarTests {
  @Test func endsInPointsWhereValuesAreCut() throws {
    let values = [-8, -1, 0, 1, 2, 8].map { Float($0) }
    let map = try HeatMap(values, height: 2, width: 3, kind: .signed)
    #expect(try ReportTile(title: "", map: map, scaling: .fixed(2)).colorBar().isCut)
    #expect(try !ReportTile(title: "", map: map, scaling: .maximum).colorBar().isCut)
  }

  @Test func isSafeInADocument() {
    let bar = ColorBar(colors: .blueWhiteRed, limit: 2, isSigned: true, isCut: true)
    #expect(Sample.parse(bar.svg(x: 0, y: 0, width: 200, identifier: "a")).isWellFormed)
  }
}
