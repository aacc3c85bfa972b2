import Foundation
import NNIImages
import Testing

@testable import NNIReports

@Suite struct UncertaintyGridTests {
  private func map(_ scale: Float, width: Int = 3) throws -> UncertaintyMap {
    let values = (0..<(2 * width)).map { (Float($0) - 2) * scale }
    return try UncertaintyMap(
      HeatMap(values, height: 2, width: width, kind: .signed),
      certainty: values.map { $0 > 0 ? 1 : 0.3 })
  }

  @Test func saysWhereNoPassChoseAClass() throws {
    let panels = try (0..<10).map {
      UncertaintyGrid.Panel(
        $0 == 3 ? Sample.hostile : "\($0)", passes: $0 % 5, map: try map(Float($0)))
    }
    let grid = UncertaintyGrid("ten", panels: panels, caption: Sample.hostile)
    try expectSound(grid)
    let inspector = SVGInspector(try grid.svg())
    // Eight maps and the scale.
    #expect(inspector.all("image").count == 9)
    let words = inspector.all("text").map(\.text).joined(separator: " ")
    #expect(words.components(separatedBy: "no pass chose this").count == 3)
    #expect(words.components(separatedBy: "predicted once").count == 3)
    #expect(words.contains("predicted 4 times"))
    #expect(try grid.image(scale: 1).width == Int(inspector.size.x.rounded()))
  }

  @Test func allMapsShareOneScale() throws {
    var grid = UncertaintyGrid(
      "", panels: [.init("a", map: try map(1)), .init("b", map: try map(10))], scaling: .maximum)
    #expect(try grid.limit() == 30)
    grid.panels.removeLast()
    #expect(try grid.limit() == 3)
    grid.panels = [.init("none", map: nil)]
    try expectSound(grid)
  }

  @Test func oneMapIsSplit() throws {
    let panels = UncertaintyGrid.split("seven", try map(1))
    #expect(panels.count == 3)
    #expect(panels[1].map?.values.values == [0, 0, 0, 1, 2, 3])
    #expect(panels[2].map?.values.values == [-2, -1, 0, 0, 0, 0])
    try expectSound(UncertaintyGrid("", panels: panels, columns: 3))
  }

  @Test func refusesSizesOutOfRange() throws {
    let panel = UncertaintyGrid.Panel("a", map: try map(1))
    #expect(throws: ReportError.self) { _ = try UncertaintyGrid("", panels: []).svg() }
    #expect(throws: ReportError.self) {
      _ = try UncertaintyGrid("", panels: [panel], columns: 0).svg()
    }
    #expect(throws: ReportError.self) {
      _ = try UncertaintyGrid("", panels: [panel], panelWidth: .nan).svg()
    }
    #expect(throws: ReportError.self) {
      _ = try UncertaintyGrid("", panels: [panel], scaling: .fixed(-1)).svg()
    }
    try expectSound(UncertaintyGrid("", panels: [.init("wide", map: try map(1, width: 900))]))
  }
}
