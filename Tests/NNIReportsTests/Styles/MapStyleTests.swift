import NNIImages
import Testing

@testable import NNIReports

/// Judged by pixels worked out by hand.
@Suite struct MapStyleTests {
  private let photo: Image
  private let region = CropGeometry.Region(x: 10, y: 0, width: 20, height: 20)

  init() throws { photo = try Image(width: 40, height: 20, filledWith: [200, 100, 50]) }

  /// Left half 1, right half -1 or 0.
  private func map(_ right: Float) throws -> HeatMap {
    try HeatMap(
      (0..<16).map { $0 % 4 < 2 ? 1 : right }, height: 4, width: 4,
      kind: right < 0 ? .signed : .magnitude)
  }

  private func pixel(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
    (0..<3).map { image[x: x, y: y, channel: $0] }
  }

  @Test func theMaskShowsThePhotographWhereTheMapIsLarge() throws {
    let mask = MaskedPhoto(
      smoothing: 0, saturation: 1, dimming: 1, ground: Color(red: 1, green: 2, blue: 3))
    let picture = try mask.image(of: map(-1), on: photo, region: region)
    #expect(pixel(picture, 11, 5) == [200, 100, 50])
    // What speaks against, and what was not seen, is ground.
    #expect(pixel(picture, 29, 5) == [1, 2, 3] && pixel(picture, 0, 0) == [1, 2, 3])
    var other = mask
    other.part = .negative
    let against = try other.image(of: map(-1), on: photo, region: region)
    #expect(pixel(against, 29, 5) == [200, 100, 50] && pixel(against, 11, 5) == [1, 2, 3])
    other.part = .all
    let all = try other.image(of: map(-1), on: photo, region: region)
    #expect(pixel(all, 29, 5) == [200, 100, 50] && pixel(all, 11, 5) == [200, 100, 50])
  }

  @Test func theMasksExponentShapesWhatShows() throws {
    let map = try HeatMap([1, 0.25], height: 1, width: 2, kind: .magnitude)
    let mask = MaskedPhoto(
      exponent: 0.5, smoothing: 0, saturation: 1, dimming: 1,
      ground: Color(red: 0, green: 0, blue: 0))
    let picture = try mask.image(of: map, on: photo, region: region, scaling: .maximum)
    #expect(pixel(picture, 29, 5) == [100, 50, 25])
  }

  @Test func blendingMixesInOneProportion() throws {
    let picture = try BlendedPhoto(opacity: 0.25, dimming: 0).image(
      of: map(0), on: photo, region: region, colors: .grey, scaling: .fixed(1))
    // Grey's ends are black and white.
    #expect(pixel(picture, 11, 5) == [214, 139, 101])
    #expect(pixel(picture, 29, 5) == [150, 75, 38])
    #expect(pixel(picture, 2, 5) == [200, 100, 50])
    let none = try BlendedPhoto(opacity: 0, dimming: 0).image(
      of: map(0), on: photo, region: region)
    #expect(none == photo)
  }

  @Test func contoursLieWhereTheMapCrossesTheirValue() throws {
    // A ramp over the region: 0.5 in its middle, x = 20 of the photograph.
    let ramp = try HeatMap(
      (0..<200).map { Float($0 % 20) / 20 + 0.025 }, height: 10, width: 20, kind: .magnitude)
    let picture = ContourPicture(
      levels: .values([0.5]), smoothing: 0, lineWidth: 0.05, saturation: 1, lightening: 0,
      dimming: 0)
    let svg = try picture.svg(of: ramp, on: photo, region: region, colors: .madder)
    let paths = SVGInspector(svg).all("path")
    #expect(paths.count == 2)
    let numbers = (paths.last?.attributes["d"] ?? "").split { "ML Z".contains($0) }
      .compactMap { Double($0) }
    for x in stride(from: 0, to: numbers.count, by: 2).map({ numbers[$0] }) {
      #expect(abs(x - 20) < 0.02)
    }
    let image = try picture.image(of: ramp, on: photo, region: region, colors: .madder)
    #expect(image.width == 40 && image.height == 20)
    #expect(pixel(image, 14, 10) == [200, 100, 50] && pixel(image, 27, 10) == [200, 100, 50])
    #expect(pixel(image, 20, 10) != [200, 100, 50])
  }

  @Test func signedMapsGetLinesOfBothSigns() throws {
    let ramp = try HeatMap(
      (0..<200).map { Float($0 % 20) - 9.5 }, height: 10, width: 20, kind: .signed)
    let svg = try ContourPicture(levels: .values([4])).svg(of: ramp, on: photo, region: region)
    let strokes = SVGInspector(svg).all("path").compactMap { $0.attributes["stroke"] }
    #expect(strokes.count == 4 && Set(strokes.filter { $0 != "#fff" }).count == 2)
  }

  @Test func refuseOptionsOutOfRange() throws {
    let wrong: [any MapPicture] = [
      MaskedPhoto(exponent: 0), MaskedPhoto(smoothing: 2), MaskedPhoto(dimming: .nan),
      BlendedPhoto(opacity: 1.5), BlendedPhoto(dimming: -1), ContourPicture(lineWidth: 0),
      ContourPicture(levels: .quantiles([2])), ContourPicture(smoothing: -1),
    ]
    for picture in wrong {
      #expect(throws: ReportError.self) {
        _ = try picture.image(
          of: map(-1), on: photo, region: region, colors: .blueWhiteRed, scaling: .robust)
      }
    }
    let empty = CropGeometry.Region(x: 0, y: 0, width: 0, height: 4)
    for style in [MapStyle.overlay(), .masked(), .blended(), .contour()] {
      #expect(throws: ReportError.self) {
        _ = try style.picture.image(
          of: map(-1), on: photo, region: empty, colors: .blueWhiteRed, scaling: .robust)
      }
    }
  }

  @Test func emptyMapsGiveAPictureInEveryStyle() throws {
    let zero = try HeatMap([0, 0, 0, 0], height: 2, width: 2, kind: .signed)
    for style in [MapStyle.overlay(), .masked(), .blended(), .contour()] {
      let picture = try style.picture.image(
        of: zero, on: photo, region: region, colors: .blueWhiteRed, scaling: .robust)
      #expect(picture.width == 40 && picture.height == 20)
    }
  }

  @Test func partsAddUpAndSmoothingKeepsConstants() throws {
    let values: [Float] = [2, -1, 0, 3, -0.5, 4]
    let map = try HeatMap(values, height: 2, width: 3, kind: .signed)
    #expect(zip(map.part(.positive).values, map.part(.negative).values).map(+) == values)
    #expect(map.part(.all) == map)
    let flat = try HeatMap([Float](repeating: 3, count: 600), height: 20, width: 30, kind: .signed)
    #expect(try flat.smoothed(by: 0.2).values.allSatisfy { abs($0 - 3) < 1e-5 })
    // A point becomes a Gaussian: one deviation away, exp(-1/2) of its height.
    var point = [Float](repeating: 0, count: 41 * 41)
    point[20 * 41 + 20] = 1
    let spread = try HeatMap(point, height: 41, width: 41, kind: .signed).smoothed(by: 4.0 / 41)
    #expect(abs(spread.sum - 1) < 1e-3)
    let ratio = Double(spread.values[20 * 41 + 24] / spread.values[20 * 41 + 20])
    #expect(abs(ratio - 0.60653) < 1e-3)
  }

  @Test func aTileSplitsIntoTwoOfOneScale() throws {
    let map = try HeatMap([1, -4, 2, 0], height: 2, width: 2, kind: .signed)
    let tiles = try ReportTile(title: "lrp", map: map, scaling: .maximum).split()
    #expect(tiles.map(\.part) == [.positive, .negative])
    #expect(tiles.map(\.subtitle) == ["positive values", "negative values"])
    #expect(tiles.map(\.map.values) == [[1, 0, 2, 0], [0, -4, 0, 0]])
    #expect(tiles.map(\.scaling) == [.fixed(4), .fixed(4)])
    let magnitude = ReportTile(title: "saliency", map: try self.map(0))
    #expect(try magnitude.split() == [magnitude])
  }
}
