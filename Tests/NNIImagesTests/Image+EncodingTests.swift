import Foundation
import NNIImages
import Testing

@Suite struct ImageEncodingTests {
  @Test(arguments: PixelLayout.allCases) func comesBackUnchanged(layout: PixelLayout) throws {
    let image = try Image(
      width: 5, height: 3, layout: layout,
      pixels: (0..<(15 * layout.rawValue)).map { UInt8($0 * 37 % 256) })
    let bytes = try [UInt8](image.pngData())
    #expect(try Image(decoding: bytes, layout: layout) == image)
  }

  @Test func writesTheWholeFileOrNothing() throws {
    let image = try Image(width: 2, height: 2, filledWith: [1, 2, 3])
    try Fixture.withFolder { folder in
      let file = folder.appending(path: "picture.png")
      try image.writePNG(to: file)
      #expect(try Image(contentsOf: file) == image)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["picture.png"])
    }
  }

  @Test func staysCloseAsJPEG() throws {
    let image = try Image(contentsOf: Fixture.url("decode/photo.jpg"), layout: .rgba)
    let again = try Image(decoding: [UInt8](image.jpegData(quality: 95)))
    let errors = zip(again.pixels, image.converted(to: .rgb).pixels).map { abs(Int($0) - Int($1)) }
    #expect(Double(errors.reduce(0, +)) / Double(errors.count) < 2)
    #expect(code { _ = try image.jpegData(quality: 0) } == .invalidRequest)
  }
}
