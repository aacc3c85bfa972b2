import Testing

@testable import NNIReports

@Suite struct ChartMarkTests {
  private func shapes(_ mark: ChartMark, y: ChartAxis = ChartAxis("")) throws -> [ChartShape] {
    var filter = ChartFilter(x: ChartAxis(""), y: y)
    return try mark.drawing.shapes(&filter)
  }

  @Test func barsAreAsHighAsTheirValues() throws {
    let values = [3.0, 6, 1.5, -2]
    let chart = ChartSample.chart([.bars(try ChartBars("", values: values))])
    let rectangles = SVGInspector(try chart.svg()).all("rect").filter { $0.depth == 2 }
    #expect(rectangles.count == 4)
    let unit = rectangles[0].number("height") / 3
    for (rectangle, value) in zip(rectangles, values) {
      #expect(abs(rectangle.number("height") - abs(value) * unit) < 0.03)
      #expect(abs(rectangle.number("width") - rectangles[0].number("width")) < 0.03)
    }
    // The negative bar begins where the positive ones end.
    let ground = rectangles[0].number("y") + rectangles[0].number("height")
    #expect(abs(rectangles[3].number("y") - ground) < 0.03)
  }

  @Test func aBandSurroundsItsLine() throws {
    let x = [0.0, 1, 2, 3]
    let y = [1.0, 3, 2, 4]
    let mark = ChartMark.line(
      ChartLine("", x: x, y: y, lower: y.map { $0 - 0.5 }, upper: y.map { $0 + 0.25 }))
    let paths = SVGInspector(try ChartSample.chart([mark]).svg()).all("path").filter {
      $0.depth == 2
    }
    #expect(paths.count == 2)
    let band = places(paths[0])
    let line = places(paths[1])
    #expect(band.count == 8 && line.count == 4)
    for (index, place) in line.enumerated() {
      let (below, above) = (band[index], band[7 - index])
      #expect(abs(below.x - place.x) < 0.01 && abs(above.x - place.x) < 0.01)
      #expect(above.y < place.y && place.y < below.y)
      #expect(abs((below.y - place.y) - 2 * (place.y - above.y)) < 0.05)
    }
  }

  private func places(_ path: SVGInspector.Element) -> [SIMD2<Double>] {
    (path.attributes["d"] ?? "").split { "MLZ".contains($0) }.map { pair in
      let numbers = pair.split(separator: " ").compactMap { Double($0) }
      return SIMD2(numbers[0], numbers[1])
    }
  }

  @Test func missingValuesAreGaps() throws {
    let line = ChartLine("", x: [0, 1, 2, 3, 4, 5], y: [1, 2, .nan, 3, .infinity, 5])
    let found = try shapes(.line(line))
    #expect(
      found == [
        .curve(
          [ChartPlace(x: 0, y: 1), ChartPlace(x: 1, y: 2)], ChartStroke(color: .series(0))),
        .markers(
          [ChartPlace(x: 3, y: 3), ChartPlace(x: 5, y: 5)], .circle, scale: 1,
          ChartFill(color: .series(0))),
      ])
  }

  @Test func jitterIsSeededAndBounded() throws {
    let x = (0..<500).map { Double($0 % 3) }
    func places(_ seed: UInt64) throws -> [ChartPlace] {
      try shapes(.points(ChartPoints("", x: x, y: x, jitter: 0.4, seed: seed))).flatMap(\.places)
    }
    let first = try places(1)
    #expect(try first == places(1))
    #expect(try first != places(2))
    let shifts = zip(first, x).map { $0.x - $1 }
    #expect(shifts.allSatisfy { abs($0) <= 0.2 })
    #expect(shifts.contains { $0 < -0.15 } && shifts.contains { $0 > 0.15 })
    #expect(zip(first, x).allSatisfy { $0.y == $1 })
  }

  @Test func histogramCountsLikeALoop() throws {
    let spread = (0..<400).map { index -> Double in
      Double((index * 7919) % 1000) / 999 * 3 - 1
    }
    let values: [Double] = spread + [.nan, .infinity, 7]
    let edges = ChartBars.edges(bins: 13, over: -1...2)
    let counts = try ChartBars.counts(of: values, bins: 13, over: -1...2)
    for bin in 0..<13 {
      let end = edges[bin + 1]
      let expected = values.count { value in
        value >= edges[bin] && (value < end || (bin == 12 && value == end))
      }
      #expect(counts[bin] == expected)
    }
    #expect(counts.reduce(0, +) == 400)
    let whole = try ChartBars("", histogramOf: values, bins: 5)
    #expect(whole.bars.reduce(0) { $0 + $1.value } == 401)
    #expect(whole.bars.first?.start == -1 && whole.bars.last?.end == 7)
    #expect(try ChartBars("", histogramOf: [4, 4], bins: 3).bars.map(\.value).reduce(0, +) == 2)
    #expect(try ChartBars("", histogramOf: [], bins: 3).bars.allSatisfy { $0.value == 0 })
  }

  @Test func quantilesInterpolateAsNumPyDoes() {
    // numpy.quantile([16, 1, 8, 2, 4], [0, 0.05, 0.25, 0.5, 0.9, 1])
    let quantiles = Quantiles(of: [16, 1, .nan, 8, 2, 4])
    let expected = [(0.0, 1.0), (0.05, 1.2), (0.25, 2), (0.5, 4), (0.9, 12.8), (1, 16)]
    for (share, value) in expected { #expect(abs(quantiles(share) - value) < 1e-12) }
    #expect(Quantiles(of: []).isEmpty && Quantiles(of: [])(0.5).isNaN)
    #expect(Quantiles(of: [3])(0.7) == 3)
  }

  @Test func boxesEndAtQuartiles() throws {
    let found = try shapes(
      .boxes(ChartBoxes("", x: [2], samples: [[16, 1, 8, 2, 4]], width: 1)))
    let rectangles = found.compactMap { shape -> [ChartPlace]? in
      if case .rectangle(let first, let second, _) = shape { [first, second] } else { nil }
    }
    #expect(rectangles == [[ChartPlace(x: 1.5, y: 2), ChartPlace(x: 2.5, y: 8)]])
  }

  @Test func seriesDifferInMoreThanColour() {
    let looks = (0..<14).map { index -> [String] in
      let color = ChartColor.series(index)
      return [color.paint(for: .file), ChartMarker.series(color).rawValue]
    }
    #expect(Set(looks).count == 14)
  }

  @Test func aDiagonalIsOneOnLogarithmicAxes() throws {
    let axis = ChartAxis("", scale: .logarithmic, limits: .fixed(1, 100))
    let chart = ChartSample.chart([.reference(.diagonal(""))], x: axis, y: axis)
    let layout = try ChartLayout(chart)
    let path = SVGInspector(try chart.svg()).all("path").filter { $0.depth == 2 }
    #expect(path.count == 1)
    for place in places(path[0]) {
      let across = (place.x - layout.left) / (layout.right - layout.left)
      let up = (layout.bottom - place.y) / (layout.bottom - layout.top)
      #expect(abs(across - up) < 1e-3)
    }
  }
}
