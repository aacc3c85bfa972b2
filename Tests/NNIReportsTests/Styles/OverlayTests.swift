import NNIImages
import NNIReports
import Testing

@Suite struct OverlayTests {
  let photo: Image

  init() throws {
    photo = try Image(width: 30, height: 20, filledWith: [200, 120, 40])
  }

  /// One hot value in a map of 4 x 2 over the region (10, 4) to (26, 12): its square is (18, 4) to
  /// (22, 8).
  @Test func standsWhereTheNetworkLooked() throws {
    let map = try HeatMap([0, 0, 1, 0, 0, 0, 0, 0], height: 2, width: 4, kind: .signed)
    let region = CropGeometry.Region(x: 10, y: 4, width: 16, height: 8)
    let picture = try Overlay().image(of: map, on: photo, region: region, scaling: .maximum)
    let outside = pixel(picture, 2, 2)
    let inside = pixel(picture, 11, 10)
    let peak = pixel(picture, 19, 5)
    #expect(outside != inside)
    #expect(pixel(picture, 27, 13) == outside)
    #expect(pixel(picture, 9, 6) == outside && pixel(picture, 26, 6) == outside)
    #expect(pixel(picture, 12, 3) == outside && pixel(picture, 12, 12) == outside)
    // Red speaks for the class: the peak has lost blue and green, not red.
    #expect(Int(peak[0]) - Int(peak[2]) > Int(inside[0]) - Int(inside[2]) + 40)
    // The largest value is where the square is, and it is symmetric about the square's centre (20,
    // 6).
    #expect(pixel(picture, 20, 5) == peak)
    #expect(pixel(picture, 17, 5) == pixel(picture, 22, 5))
  }

  @Test func showsAnEmptyMapAsThePaledPhotograph() throws {
    let map = try HeatMap([0, 0, 0, 0], height: 2, width: 2, kind: .signed)
    let region = CropGeometry.Region(x: 0, y: 0, width: 30, height: 20)
    let picture = try Overlay().image(of: map, on: photo, region: region)
    let paled = try Image(width: 30, height: 20, filledWith: pixel(picture, 0, 0))
    #expect(picture == paled)
    #expect(picture != photo)
  }

  @Test func changesNothingOnRequest() throws {
    let map = try HeatMap([1, -1], height: 1, width: 2, kind: .signed)
    let region = CropGeometry.Region(x: 5, y: 5, width: 10, height: 10)
    let overlay = Overlay(saturation: 1, lightening: 0, opacity: 0, dimming: 0)
    #expect(try overlay.image(of: map, on: photo, region: region) == photo)
  }

  /// A checkerboard of +1 and -1 four times finer than the photograph cancels: nothing is shown.
  @Test func averagesMapsFinerThanThePhotograph() throws {
    let values = (0..<(80 * 120)).map { Float(($0 % 120 + $0 / 120) % 2 == 0 ? 1 : -1) }
    let map = try HeatMap(values, height: 80, width: 120, kind: .signed)
    let region = CropGeometry.Region(x: 0, y: 0, width: 30, height: 20)
    let picture = try Overlay().image(of: map, on: photo, region: region)
    let zero = try HeatMap([0], height: 1, width: 1, kind: .signed)
    #expect(try picture == Overlay().image(of: zero, on: photo, region: region))
  }

  @Test func acceptsPaddedRegionsAndRefusesEmptyOnes() throws {
    let map = try HeatMap([1, -1], height: 1, width: 2, kind: .signed)
    let padded = CropGeometry.Region(x: -10, y: -10, width: 60, height: 60)
    #expect(try Overlay().image(of: map, on: photo, region: padded).width == 30)
    let empty = CropGeometry.Region(x: 0, y: 0, width: 0, height: 4)
    #expect(throws: ReportError.self) {
      _ = try Overlay().image(of: map, on: photo, region: empty)
    }
  }

  private func pixel(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
    (0..<3).map { image[x: x, y: y, channel: $0] }
  }
}
