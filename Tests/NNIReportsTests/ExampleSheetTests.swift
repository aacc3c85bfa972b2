import Foundation
#if canImport(FoundationXML)
import FoundationXML
#endif
import NNIImages
import NNIReports
import Testing

struct ExampleSheetTests {
  private func sheet(columns: Int = 3, side: Double = 60) throws -> ExampleSheet {
    let cells = try (0..<4).map { index in
      ExampleSheet.Cell(
        try Image(width: 20, height: 10 + 10 * index, filledWith: [200, UInt8(40 * index), 10]),
        "\(index).5", subtitle: "<b>\(index)</b>")
    }
    return ExampleSheet(
      "net: layer:3 & more",
      groups: [.init("strongest", cells), .init("weakest", Array(cells.prefix(2)))],
      columns: columns, side: side, caption: "What is cut.")
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
    // Three columns of 60, two gutters of 10 and two margins of 18.
    #expect(image.width == 236)
    // The third picture is 20 × 30: 40 × 60 units, in the middle of the third cell.
    let (left, top) = (18 + 2 * 70, 18 + 20 + 24)
    let inside = image[x: left + 30, y: top + 30, channel: 1]
    #expect(abs(Int(inside) - 80) < 4)
    #expect(image[x: left + 4, y: top + 30, channel: 1] > 250)
  }

  @Test func `Impossible sheets are refused`() throws {
    #expect(throws: ReportError.self) { try sheet(columns: 0).svg() }
    #expect(throws: ReportError.self) { try sheet(side: 3).svg() }
    #expect(throws: ReportError.self) { try sheet(side: .nan).svg() }
  }
}
