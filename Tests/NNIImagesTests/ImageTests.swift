import NNIImages
import Testing

@Suite struct ImageTests {
  @Test func keepsRowsBeforeColumns() throws {
    let image = try Image(width: 3, height: 2, layout: .grey, pixels: [1, 2, 3, 4, 5, 6])
    #expect(image[x: 2, y: 0, channel: 0] == 3)
    #expect(image[x: 0, y: 1, channel: 0] == 4)
  }

  @Test func fillsWithAColor() throws {
    let image = try Image(width: 2, height: 2, filledWith: [7, 8, 9])
    #expect(image.layout == .rgb)
    #expect(image.pixels == [7, 8, 9, 7, 8, 9, 7, 8, 9, 7, 8, 9])
  }

  @Test(arguments: [(0, 5), (5, 0), (-1, 5), (Int.max, 2)])
  func refusesImpossibleSizes(width: Int, height: Int) {
    let found = code { _ = try Image(width: width, height: height, layout: .grey, pixels: []) }
    #expect(found == .invalidRequest || found == .tooLarge)
  }

  @Test func refusesTheWrongNumberOfValues() {
    #expect(
      code { _ = try Image(width: 2, height: 2, layout: .rgb, pixels: [1]) } == .invalidRequest)
    #expect(code { _ = try Image(width: 1, height: 1, filledWith: [1, 2]) } == .invalidRequest)
  }
}
