import NNIReports
import Testing

@Suite struct ReportTileTests {
  @Test func choosesColorsByKind() throws {
    let signed = try HeatMap([1], height: 1, width: 1, kind: .signed)
    let magnitude = try HeatMap([1], height: 1, width: 1, kind: .magnitude)
    #expect(ReportTile(title: "", map: signed).colors.kind == .diverging)
    #expect(ReportTile(title: "", map: magnitude).colors.kind == .sequential)
    #expect(ReportTile(title: "", map: signed, colors: .ember).colors == .ember)
  }
}
