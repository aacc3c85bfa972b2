import NNIImages
import NNIReports
import Testing

@Suite struct HeatMapDrawingTests {
  @Test func drawsSquares() throws {
    let map = try HeatMap([-2, 0, 2], height: 1, width: 3, kind: .signed)
    let picture = try map.image(scaling: .maximum, magnification: 2)
    #expect(picture.width == 6 && picture.height == 2)
    let colors = ColorMap.blueWhiteRed.colors
    for (x, color) in [(0, colors[0]), (1, colors[0]), (2, colors[255]), (5, colors[510])] {
      let pixel = (0..<3).map { picture[x: x, y: 1, channel: $0] }
      #expect(pixel == [color.red, color.green, color.blue])
    }
  }

  @Test func drawsMagnitudesInSequentialColors() throws {
    let map = try HeatMap([-2, 2], height: 1, width: 2, kind: .signed)
    let picture = try map.image(colors: .ember, scaling: .maximum)
    #expect(picture.pixels[0..<3] == picture.pixels[3..<6])
  }

  @Test func smoothsWithoutChangingConstants() throws {
    let map = try HeatMap([3, 3, 3, 3], height: 2, width: 2, kind: .signed)
    let squares = try map.image(magnification: 5)
    #expect(try map.image(magnification: 5, isSmooth: true) == squares)
  }
}
