import Testing

@testable import NNIReports

@Suite struct ReportTileTests {
  @Test func choosesColorsByKind() throws {
    let signed = try HeatMap([1], height: 1, width: 1, kind: .signed)
    let magnitude = try HeatMap([1], height: 1, width: 1, kind: .magnitude)
    #expect(ReportTile(title: "", map: signed).colors.kind == .diverging)
    #expect(ReportTile(title: "", map: magnitude).colors.kind == .sequential)
    #expect(ReportTile(title: "", map: signed, colors: .ember).colors == .ember)
  }

  @Test func runsOfOneMethodAreToldApart() throws {
    let map = try HeatMap([1], height: 1, width: 1, kind: .signed)
    func tile(_ title: String, _ subtitle: String, _ options: [ReportFact]) -> ReportTile {
      ReportTile(title: title, subtitle: subtitle, map: map, options: options)
    }
    let (wide, narrow) = (ReportFact("window", "32"), ReportFact("window", "16"))
    let fill = ReportFact("fill", "blur")
    let found = ReportTile.distinguished([
      tile("occlusion", "", [wide, fill]), tile("occlusion", "", [narrow, fill]),
      tile("gradient", "", [fill]),
      tile("smoothgrad", "steps 5", []), tile("smoothgrad", "steps 5", [ReportFact("of", "ig")]),
      tile("lrp", "a", [wide]), tile("lrp", "b", [narrow]),
    ])
    #expect(
      found.map(\.subtitle) == [
        "window 32", "window 16", "", "steps 5", "steps 5, of ig", "a", "b",
      ])
    // The same run twice cannot be told apart.
    let twice = ReportTile.distinguished([tile("lrp", "a", [wide]), tile("lrp", "a", [wide])])
    #expect(twice.map(\.subtitle) == ["a", "a"])
  }
}
