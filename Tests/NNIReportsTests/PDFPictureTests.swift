import Foundation
import NNIImages
import NNITestSupport
import Testing

@testable import NNIReports

/// The bytes of a PDF, read by the format's own rules.
struct PDFPictureTests {
  private func text(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }

  private func number(after word: String, in text: String) throws -> Int {
    let start = try #require(text.range(of: word)).upperBound
    return try #require(Int(text[start...].prefix { $0.isNumber }))
  }

  @Test(arguments: [1, 3]) func `The table points at the objects and the pixels are the picture's`(
    channels: Int
  ) throws {
    let pixels = (0..<(7 * 5 * channels)).map { UInt8($0 * 37 % 256) }
    let image = try Image(
      width: 7, height: 5, layout: channels == 1 ? .grey : .rgb, pixels: pixels)
    let data = try PDFPicture(image, title: "a (b) \\ ü").data()
    let bytes = [UInt8](data)
    let latin = String(bytes.map { Character(Unicode.Scalar($0)) })
    #expect(latin.hasPrefix("%PDF-1."))
    #expect(latin.hasSuffix("%%EOF\n"))
    let table = try number(after: "startxref\n", in: latin)
    #expect(latin.dropFirst(table).hasPrefix("xref\n0 7\n"))
    let rows = latin.dropFirst(table).split(separator: "\n").dropFirst(2).prefix(7)
    for (index, row) in rows.enumerated().dropFirst() {
      let place = try #require(Int(row.prefix(10)))
      #expect(latin.dropFirst(place).hasPrefix("\(index) 0 obj\n"))
    }
    #expect(latin.contains("/MediaBox [0 0 2.63 1.88]"), "\(latin.prefix(400))")
    // The same bytes as in the picture's PNG, which another reader decodes.
    let png = try image.pngData()
    let stream = try #require(
      PNGPixels.compressed(in: png, width: 7, height: 5, channels: channels))
    #expect(data.range(of: stream) != nil)
    #expect(latin.contains("/Length \(stream.count) >>"))
    #expect(latin.contains("<FEFF006100200028006200290020005C002000FC>"))
  }

  @Test func `A PNG of another kind is packed anew`() throws {
    let image = try Image(width: 2, height: 1, filledWith: [1, 2, 3])
    let png = try Image(width: 2, height: 1, filledWith: [1, 2, 3, 4]).pngData()
    let data = try PDFPicture(image).data(png: png)
    #expect(!text(data).contains("/Predictor"))
  }

  @Test func `A common scale is the largest of each unit`() throws {
    var photo = try Sample.photo()
    let small = try HeatMap([1, -2, 0.5, 0], height: 2, width: 2, kind: .signed)
    let large = try HeatMap([4, -8, 0.5, 0], height: 2, width: 2, kind: .signed)
    photo.tiles = [
      ReportTile(title: "a", map: small, scaling: .maximum),
      ReportTile(title: "b", map: large, scaling: .maximum),
      ReportTile(title: "c", map: small, scaling: .maximum, unit: "other"),
    ]
    let common = try photo.withCommonScale()
    #expect(common.tiles.map(\.scaling) == [.fixed(8), .fixed(8), .fixed(2)])
    #expect(common.hasCommonScale && !photo.hasCommonScale)
  }
}
