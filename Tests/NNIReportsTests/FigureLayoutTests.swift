import Testing

@testable import NNIReports

@Suite struct FigureLayoutTests {
  @Test(arguments: [(90, 60), (60, 90), (20, 200), (200, 20)])
  func tilesDoNotOverlap(width: Int, height: Int) throws {
    let photo = try Sample.photo(width: width, height: height)
    for columns in 1...5 {
      let layout = FigureLayout(photo, tileWidth: 100, columns: columns)
      let boxes = (0..<4).map { tile in
        let (x, y) = layout.origin(tile)
        return (left: x, top: y, bottom: y + layout.footTop(tile) + layout.footHeights[tile])
      }
      for (index, box) in boxes.enumerated() {
        #expect(box.left >= 0 && box.left + 100 <= layout.width)
        #expect(box.bottom <= layout.height)
        for other in boxes[..<index] {
          #expect(
            other.left + 100 <= box.left || other.bottom <= box.top || box.left + 100 <= other.left)
        }
      }
    }
  }
}
