import NNIImages
import Testing

@testable import NNIReports

@Suite struct MapGridTests {
  private func map(_ scale: Float, kind: HeatMap.Kind = .signed) throws -> HeatMap {
    let values = (0..<6).map { (Float($0) - 2) * scale }
    return try HeatMap(
      kind == .signed ? values : values.map(abs), height: 2, width: 3, kind: kind)
  }

  @Test func mapsSideBySideShareOneBar() throws {
    let grid = MapGrid(
      Sample.hostile,
      maps: [
        .init("a", map: try map(1)), .init(Sample.hostile, note: Sample.hostile, map: try map(10)),
        .init("none", note: "nothing to explain", map: nil),
      ], scaling: .maximum, unit: Sample.hostile, caption: Sample.hostile)
    try expectSound(grid)
    let inspector = SVGInspector(try grid.svg())
    // Two maps and one bar.
    #expect(inspector.all("image").count == 3)
    #expect(inspector.all("text").contains { $0.text == "nothing to explain" })
    #expect(try grid.scales().map(\.limit) == [30])
    #expect(try grid.scales()[0].isSigned)
  }

  @Test func columnsHaveScalesOfTheirOwn() throws {
    let rows = try ["dog", "cat"].enumerated().map { index, name in
      MapGrid.Row(
        name,
        [
          .init("saliency", map: try map(Float(index + 1), kind: .magnitude)),
          .init("lrp", map: try map(Float(100 * (index + 1)))),
        ])
    }
    let grid = MapGrid(
      "classes", rows: rows, sharing: .columns, scaling: .maximum, units: ["slope", "logit"])
    try expectSound(grid)
    let scales = try grid.scales()
    #expect(scales.map(\.limit) == [6, 600])
    #expect(scales.map(\.isSigned) == [false, true])
    #expect(scales[0].colors.kind == .sequential)
    #expect(SVGInspector(try grid.svg()).all("image").count == 6)
    let one = MapGrid("classes", rows: rows, scaling: .maximum)
    #expect(try one.scales().map(\.limit) == [600])
  }

  /// The same value has the same colour in every panel: with a common bar, colours can be compared.
  @Test func theSameValueHasTheSameColor() throws {
    let low = try HeatMap([2, 2], height: 1, width: 2, kind: .signed)
    let mixed = try HeatMap([2, 8], height: 1, width: 2, kind: .signed)
    let grid = MapGrid(
      "", maps: [.init("", map: low), .init("", map: mixed)], scaling: .maximum, panelWidth: 80)
    let image = try grid.image(scale: 1)
    let row = 14 + 20
    func color(_ x: Int) -> [Int] { (0..<3).map { Int(image[x: x, y: row, channel: $0]) } }
    let (first, second) = (color(14 + 20), color(14 + 92 + 20))
    #expect(zip(first, second).allSatisfy { abs($0 - $1) <= 2 })
    #expect(color(14 + 92 + 60)[1] < second[1] - 40)
  }

  @Test func mapsLieOnAPhotographInAnyStyle() throws {
    let photo = try Image(width: 300, height: 200, filledWith: [90, 120, 30])
    let region = CropGeometry.Region(x: 50, y: 0, width: 200, height: 200)
    for style in [MapStyle.overlay(), .masked(), .blended(), .contour()] {
      var grid = MapGrid("photo", maps: MapGrid.split("lrp", try map(1)))
      grid.ground = .init(photo, region: region, style: style)
      try expectSound(grid)
    }
  }

  @Test func splitAddsUp() throws {
    let map = try map(1)
    let panels = MapGrid.split("seven", map)
    let sums = panels.compactMap(\.map).map(\.sum)
    #expect(sums == [6, -3] && sums.reduce(0, +) == map.sum)
    #expect(panels.map(\.note) == ["positive values, sum 6.00", "negative values, sum −3.00"])
  }

  @Test func refusesWhatDoesNotFit() throws {
    let panel = MapGrid.Panel("a", map: try map(1))
    let wrong = [
      MapGrid("none", maps: []), MapGrid("thin", maps: [panel], panelWidth: 10),
      MapGrid("columns", maps: [panel], columns: 0),
      MapGrid("scale", maps: [panel], scaling: .fixed(-1)),
      MapGrid(
        "few", rows: [.init("", [panel, panel, panel])], columns: 2, sharing: .columns),
      MapGrid("units", rows: [.init("", [panel])], sharing: .columns, units: ["a", "b"]),
    ]
    for grid in wrong { #expect(throws: ReportError.self) { _ = try grid.svg() } }
  }
}
