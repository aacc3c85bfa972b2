import Foundation
#if canImport(FoundationXML)
import FoundationXML
#endif
import NNIImages
import Testing

@testable import NNIReports

struct PictureSheetTests {
  private func sheet(columns: Int = 3, side: Double = 60) throws -> PictureSheet {
    let cells = try (0..<4).map { index in
      PictureSheet.Tile(
        try Image(width: 20, height: 10 + 10 * index, filledWith: [200, UInt8(40 * index), 10]),
        title: "\(index).5", note: "<b>\(index)</b>")
    }
    return PictureSheet(
      "net: layer:3 & more",
      groups: [.init("strongest", cells), .init("weakest", Array(cells.prefix(2)))],
      columns: columns, tileWidth: side, caption: "What is cut.")
  }

  @Test func `Every picture and line is in the document, escaped`() throws {
    let svg = try sheet().svg()
    #expect(svg.components(separatedBy: "<image ").count == 7)
    #expect(svg.contains("layer:3 &amp; more") && svg.contains("&lt;b&gt;1&lt;/b&gt;"))
    #expect(svg.contains("strongest") && svg.contains("weakest") && svg.contains("What is cut."))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }

  @Test func `Pictures are drawn in their place and keep their shape`() throws {
    let image = try sheet().image(scale: 1)
    // Three columns of 60, two gutters of 12 and two margins of 14.
    #expect(image.width == 232)
    // The third picture is 20 × 30: 40 × 60 units, in the middle of the third tile, which lies below the
    // sheet's title, the group's and its own.
    let (left, top) = (14 + 2 * 72, 14 + 24 + 21 + 17)
    let inside = image[x: left + 30, y: top + 30, channel: 1]
    #expect(abs(Int(inside) - 80) < 4)
    #expect(image[x: left + 4, y: top + 30, channel: 1] > 250)
  }

  @Test func `Any medium, any name, an empty place`() throws {
    var sheet = try sheet()
    sheet.groups[0].tiles[1] = .init(nil, title: Sample.hostile, note: Sample.hostile)
    sheet.title = Sample.hostile
    try expectSound(sheet)
    #expect(SVGInspector(try sheet.svg()).all("image").count == 5)
    try expectSound(PictureSheet(sheet.groups[0].tiles, columns: 2))
  }

  @Test func `Impossible sheets are refused`() throws {
    #expect(throws: ReportError.self) { try sheet(columns: 0).svg() }
    #expect(throws: ReportError.self) { try sheet(side: 3).svg() }
    #expect(throws: ReportError.self) { try sheet(side: .nan).svg() }
  }
}
