import NNIImages
import Testing

@testable import NNIReports

@Suite struct ChartTests {
  @Test(arguments: ChartSample.edges.indices)
  func edgesAreSound(index: Int) throws {
    try expectSound(ChartSample.edges[index])
  }

  @Test func everyMarkIsSound() throws {
    let chart = try ChartSample.rich()
    try expectSound(chart)
    let inspector = SVGInspector(try chart.svg())
    #expect(inspector.all("image").count == 4)
    for name in ["region", "bars", "line", "points", "boxes", "diagonal", "level", "place"] {
      #expect(inspector.all("text").contains { $0.text == name })
    }
    #expect(inspector.all("text").contains { $0.text == "a note at the very right" })
  }

  @Test func isDrawnAtItsSize() throws {
    var chart = try ChartSample.rich()
    (chart.width, chart.height) = (400, 300)
    let image = try chart.image(scale: 2)
    #expect(image.width == 800 && image.height == 600)
    #expect(image[x: 0, y: 0, channel: 0] == 255)
    // The bars' blue is somewhere: red far below blue.
    let blue = (0..<image.height * image.width).count {
      image.pixels[$0 * 3] < 80 && image.pixels[$0 * 3 + 2] > 150
    }
    #expect(blue > 1000)
  }

  @Test func ticksStandInsideTheFrame() throws {
    for chart in ChartSample.edges + [try ChartSample.rich()] {
      let layout = try ChartLayout(chart)
      for value in layout.xTicks.values {
        let place = layout.x.position(of: value)
        #expect(place >= layout.left - 0.01 && place <= layout.right + 0.01)
      }
      for value in layout.yTicks.values {
        let place = layout.y.position(of: value)
        #expect(place >= layout.top - 0.01 && place <= layout.bottom + 0.01)
      }
    }
  }

  @Test func wordsDoNotOverlap() throws {
    for chart in ChartSample.edges + [try ChartSample.rich()] {
      // Notes lie over marks on purpose; turned names overlap as upright boxes only.
      var chart = chart
      chart.marks.removeAll { if case .note = $0 { true } else { false } }
      guard try !ChartLayout(chart).isTilted else { continue }
      let boxes = SVGInspector(try chart.svg()).boxes()
      for (index, box) in boxes.enumerated() {
        for other in boxes[..<index] {
          let overlap = pointwiseMin(box.high, other.high) - pointwiseMax(box.low, other.low)
          #expect(
            overlap.x <= 0.5 || overlap.y <= 0.5, "\(box) over \(other) in \(chart.xAxis.label)")
        }
      }
    }
  }

  @Test func turnedNamesStandALineApart() throws {
    for count in [15, 40, 300, 3000] {
      let names = ChartAxis("", scale: .categories((0..<count).map { "name \($0)" }))
      let layout = try ChartLayout(ChartSample.chart([], x: names))
      #expect(layout.isTilted)
      let places = layout.xTicks.values.map { layout.x.position(of: $0) }
      let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
      let rise = (1 - power(cosine(ChartLayout.tilt * .pi / 180), 2)).squareRoot()
      #expect(gaps.count > 8 && gaps.allSatisfy { $0 * rise >= 12 })
    }
  }

  @Test func countsWhatIsLeftOut() throws {
    func words(_ chart: Chart) throws -> String {
      SVGInspector(try chart.svg()).all("text").map(\.text).joined(separator: "|")
    }
    let x = [1.0, 2, 3, 4]
    let one = ChartSample.chart([ChartSample.line(x, [1, .nan, 2, 3])])
    #expect(try words(one).contains("1 value is left out: not finite."))
    let two = ChartSample.chart(
      [ChartSample.line(x, [0, -1, 2, .infinity])], y: ChartAxis("", scale: .logarithmic))
    #expect(
      try words(two).contains(
        "3 values are left out: not finite, or not positive on a logarithmic axis."))
    let far = ChartSample.chart([ChartSample.line([1, 2], [-1e300, 2])])
    #expect(try words(far).contains("1 value is left out: beyond ±10²⁸⁰."))
    let none = ChartSample.chart([ChartSample.line(x, x)])
    #expect(try !words(none).contains("left out"))
    let cut = ChartSample.chart(
      [.points(ChartPoints("", x: x, y: x))], x: ChartAxis("", limits: .fixed(0, 2.5)))
    #expect(try words(cut).contains("2 points lie beyond the axes."))
    #expect(try words(ChartSample.chart([])).contains("There is nothing to draw."))
  }

  @Test func refusesWhatContradictsItself() throws {
    let x = [1.0, 2]
    let wrong: [Chart] = [
      ChartSample.chart([ChartSample.line(x, [1])]),
      ChartSample.chart([.line(ChartLine("", x: x, y: x, lower: [1], upper: x))]),
      ChartSample.chart([.points(ChartPoints("", x: x, y: [1, 2, 3]))]),
      ChartSample.chart([.points(ChartPoints("", x: x, y: x, opacity: 2))]),
      ChartSample.chart([.points(ChartPoints("", x: x, y: x, jitter: .nan))]),
      ChartSample.chart([.boxes(ChartBoxes("", x: x, samples: [[1]]))]),
      ChartSample.chart([.boxes(ChartBoxes("", x: [1], samples: [[1]], width: 0))]),
      ChartSample.chart([.reference(ChartReference("", .horizontal(.nan)))]),
      ChartSample.chart([], x: ChartAxis("", limits: .fixed(2, 2))),
      ChartSample.chart([], x: ChartAxis("", limits: .fixed(2, .nan))),
      ChartSample.chart([], x: ChartAxis("", scale: .logarithmic, limits: .fixed(0, 1))),
      Chart("", x: ChartAxis(""), y: ChartAxis(""), marks: [], width: 10),
      Chart("", x: ChartAxis(""), y: ChartAxis(""), marks: [], height: .nan),
      Chart(
        "", x: ChartAxis(""), y: ChartAxis(""), marks: [],
        caption: String(repeating: "long ", count: 300), height: 120),
      Chart("", x: ChartAxis(""), y: ChartAxis(""), marks: [], style: ChartStyle(tickSize: -1)),
    ]
    for chart in wrong { #expect(throws: ReportError.self) { _ = try chart.svg() } }
    #expect(throws: ReportError.self) { _ = try ChartBars("", values: x, group: 2, of: 2) }
    #expect(throws: ReportError.self) { _ = try ChartBars("", edges: [0, 1], counts: [1, 2]) }
    #expect(throws: ReportError.self) { _ = try ChartBars("", edges: [0, 0, 1], counts: [1, 2]) }
    #expect(throws: ReportError.self) { _ = try ChartBars("", histogramOf: x, bins: 0) }
    #expect(throws: ReportError.self) { _ = try ChartSheet("", charts: []).svg() }
  }

  @Test func refusesTooManyValues() throws {
    let many = [Double](repeating: 1, count: Chart.valueLimit + 1)
    let chart = ChartSample.chart([.points(ChartPoints("", x: many, y: many))])
    #expect(throws: ReportError.self) { _ = try chart.svg() }
  }

  @Test func framesOfAColumnBeginAtOneLine() throws {
    let small = ChartSample.chart([ChartSample.line([0, 1], [0, 1])])
    let wide = ChartSample.chart([ChartSample.line([0, 1], [10_000.5, 10_000.7])])
    let sheet = ChartSheet("two", charts: [small, wide], caption: "below")
    try expectSound(sheet)
    let windows = SVGInspector(try sheet.svg()).all("svg").filter { $0.depth == 1 }
    #expect(windows.count == 2)
    #expect(windows[0].number("x") == windows[1].number("x"))
    #expect(try ChartLayout(small).left < ChartLayout(wide).left)
  }
}
