import NNIImages
import Testing

@Suite struct ImageLayoutTests {
  @Test func dropsOpacityWithoutCompositing() throws {
    let image = try Image(width: 1, height: 1, layout: .rgba, pixels: [9, 8, 7, 0])
    #expect(image.converted(to: .rgb).pixels == [9, 8, 7])
  }

  @Test func replicatesGreyAndAddsFullOpacity() throws {
    let image = try Image(width: 1, height: 1, layout: .grey, pixels: [9])
    #expect(image.converted(to: .rgb).pixels == [9, 9, 9])
    #expect(image.converted(to: .rgba).pixels == [9, 9, 9, 255])
  }

  /// ITU-R 601: 0.299 R + 0.587 G + 0.114 B, to the nearest integer.
  @Test(arguments: [[255, 0, 0], [0, 255, 0], [0, 0, 255], [12, 200, 77], [255, 255, 255]])
  func weighsColorsByLuma(color: [UInt8]) throws {
    let image = try Image(width: 1, height: 1, layout: .rgb, pixels: color)
    let luma = 0.299 * Double(color[0]) + 0.587 * Double(color[1]) + 0.114 * Double(color[2])
    #expect(image.converted(to: .grey).pixels == [UInt8(luma.rounded())])
  }
}
