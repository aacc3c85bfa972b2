import NNIImages
import Testing

@testable import NNIReports

@Suite struct FigureTests {
  @Test func isOneSafeDocument() throws {
    let svg = try Figure(of: Sample.photo(), caption: Sample.hostile).svg()
    let (isWellFormed, elements) = Sample.parse(svg)
    #expect(isWellFormed)
    #expect(elements["script"] == nil)
    // The photograph, two overlays, two maps alone.
    #expect(elements["image"] == 5)
    #expect(!svg.contains("href=\"http"))
    // The empty map has no scale, and says so.
    #expect(elements["linearGradient"] == 2)
    #expect(svg.contains("the map is zero everywhere"))
  }

  @Test func isDrawnAtItsSize() throws {
    let figure = try Figure(of: Sample.photo(), columns: 2, tileWidth: 100)
    let layout = FigureLayout(figure.photo, tileWidth: 100, columns: 2)
    let picture = try figure.image(scale: 2)
    #expect(picture.width == Int(layout.width) * 2)
    #expect(picture.height == Int(layout.height) * 2)
    #expect(picture[x: 0, y: 0, channel: 0] == 255)
  }

  @Test func refusesSizesOutOfRange() throws {
    let photo = try Sample.photo()
    #expect(throws: ReportError.self) { _ = try Figure(of: photo, columns: 0).svg() }
    #expect(throws: ReportError.self) { _ = try Figure(of: photo, tileWidth: 5).svg() }
  }

  @Test func standsWithoutAnything() throws {
    var photo = try Sample.photo()
    photo.predictions = []
    photo.tiles = []
    #expect(Sample.parse(try Figure(of: photo).svg()).isWellFormed)
  }
}
