import NNIImages
import Testing

@testable import NNIReports

@Suite struct UncertaintyMapTests {
  private func heat(_ values: [Float]) throws -> HeatMap {
    try HeatMap(values, height: 2, width: values.count / 2, kind: .signed)
  }

  private func pixel(_ image: Image, _ x: Int, _ y: Int) -> [UInt8] {
    (0..<3).map { image[x: x, y: y, channel: $0] }
  }

  @Test func certaintyIsOpacity() throws {
    let map = try UncertaintyMap(heat([1, -1, 0.5, 0, 1, 1]), certainty: [1, 0, 0.25, 1, 7, -3])
    let ground = Color(red: 10, green: 200, blue: 40)
    let image = try map.image(scaling: .fixed(1), ground: .plain(ground), magnification: 3)
    #expect(image.width == 9 && image.height == 6)
    for (index, certainty) in [1, 0, 0.25, 1, 1, 0].enumerated() {
      let color = ColorMap.blueWhiteRed.color(at: Double(map.values.values[index]))
      let expected = zip(
        [color.red, color.green, color.blue], [ground.red, ground.green, ground.blue]
      ).map { Double($0) * certainty + Double($1) * (1 - certainty) }
      let found = pixel(image, index % 3 * 3 + 1, index / 3 * 3 + 1)
      for (value, wanted) in zip(found, expected) { #expect(abs(Double(value) - wanted) <= 0.5) }
    }
  }

  @Test func theGroundShowsWhereNothingIsKnown() throws {
    let map = try UncertaintyMap(
      HeatMap([Float](repeating: 1, count: 64), height: 8, width: 8, kind: .signed),
      certainty: [Float](repeating: 0, count: 64))
    let image = try map.image(magnification: 4)
    let shades = Set((0..<32).flatMap { y in (0..<32).map { pixel(image, $0, y) } })
    #expect(shades.count == 2)
    #expect(shades.allSatisfy { $0[0] == $0[1] && $0[1] == $0[2] && $0[0] > 200 })
  }

  @Test func signalToNoiseIsCut() throws {
    let map = try UncertaintyMap(mean: heat([2, -1, 0, 3, 0, -4]), deviation: [4, 4, 2, 0, 0, 1])
    #expect(map.certainty == [0.5, 0.25, 0, 1, 0, 1])
  }

  @Test func partsMakeTheWhole() throws {
    let map = try UncertaintyMap(heat([2, -1, 0, 3, 0, -4]), certainty: [1, 0.5, 1, 0.2, 0, 1])
    let (positive, negative) = (map.part(.positive), map.part(.negative))
    #expect(zip(positive.values.values, negative.values.values).map(+) == map.values.values)
    #expect(positive.values.values.allSatisfy { $0 >= 0 })
    #expect(negative.values.values.allSatisfy { $0 <= 0 })
    #expect(positive.certainty == [1, 0, 0, 0.2, 0, 0])
    #expect(negative.certainty == [0, 0.5, 0, 0, 0, 1])
    #expect(map.part(.all) == map)
  }

  @Test func refusesWhatDoesNotFit() throws {
    let values = try heat([1, 2, 3, 4])
    #expect(throws: ReportError.self) { _ = try UncertaintyMap(values, certainty: [1]) }
    #expect(throws: ReportError.self) {
      _ = try UncertaintyMap(values, certainty: [1, .nan, 0, 0])
    }
    #expect(throws: ReportError.self) { _ = try UncertaintyMap(mean: values, deviation: [1]) }
    #expect(throws: ReportError.self) {
      _ = try UncertaintyMap(mean: values, deviation: [1, 1, -1, 1])
    }
    #expect(throws: ReportError.self) {
      _ = try UncertaintyMap(mean: values, deviation: [1, 1, .nan, 1])
    }
    let map = try UncertaintyMap(values, certainty: [1, 1, 1, 1])
    #expect(throws: ReportError.self) { _ = try map.image(scaling: .fixed(0)) }
    #expect(throws: ImageError.self) { _ = try map.image(magnification: 0) }
  }
}
