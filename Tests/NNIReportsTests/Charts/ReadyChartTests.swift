import NNIImages
import Testing

@testable import NNIReports

@Suite struct ReadyChartTests {
  private let values = [0.9, 0.5, .nan, 0.2]

  @Test func trainingIsSound() throws {
    try expectSound(TrainingChart(trainingLoss: []))
    try expectSound(TrainingChart(trainingLoss: [2.3], validationLoss: [.nan]))
    let chart = TrainingChart(
      Sample.hostile, trainingLoss: values, validationLoss: [0.8, 0.4, 0.6, .nan],
      trainingAccuracy: [0.1, 0.5, 0.6, 1], validationAccuracy: [0.2, 0.75, 0.6, 0.6],
      firstEpoch: 3, isLogarithmic: true)
    try expectSound(chart)
    #expect(chart.charts.count == 2)
    #expect(TrainingChart(trainingLoss: values).charts.count == 1)
    let words = SVGInspector(try chart.svg()).all("text").map(\.text)
    #expect(words.contains("Lowest validation loss: 0.400 in epoch 4, accuracy 75.0 %."))
  }

  @Test func calibrationErrorIsThatOfThePredictions() throws {
    // Predictions one by one, binned here: confidence, and whether it was right.
    let predictions = (0..<300).map { index -> (Double, Bool) in
      let confidence = Double((index * 37) % 300) / 300
      return (confidence, (index * 11) % 7 < 3)
    }
    let bins = 7
    let edges = (0...bins).map { Double($0) / Double(bins) }
    let members = (0..<bins).map { bin in
      predictions.filter { $0.0 >= edges[bin] && $0.0 < edges[bin + 1] }
    }
    let right = members.map { Double($0.count { $0.1 }) }
    let sums = members.map { $0.reduce(0) { $0 + $1.0 } }
    let diagram = try ReliabilityDiagram(
      edges: edges, counts: members.map(\.count),
      accuracies: zip(right, members).map { $0 / Double($1.count) },
      confidences: zip(sums, members).map { $0 / Double($1.count) })
    let expected = zip(right, sums).reduce(0) { $0 + abs($1.0 - $1.1) } / 300
    #expect(abs(diagram.expectedCalibrationError - expected) < 1e-12)
    try expectSound(diagram)
  }

  @Test func gapsReachFromAccuracyToConfidence() throws {
    let diagram = try ReliabilityDiagram(
      edges: [0, 0.5, 0.75, 1], counts: [4, 0, 10], accuracies: [0.5, .nan, 0.6],
      confidences: [0.25, .nan, 0.9], note: Sample.hostile)
    try expectSound(diagram)
    let bars = diagram.charts[0].marks.compactMap { mark -> ChartBars? in
      if case .bars(let bars) = mark { bars } else { nil }
    }
    #expect(bars.map(\.bars.count) == [1, 1, 2])
    // A legend names what a bar reaches: the whole one ends at the lower number, which may be either.
    #expect(
      bars.map(\.label) == [
        "too sure: to the confidence", "too shy: to the accuracy", "lower of both",
      ])
    // No label is cut.
    #expect(!(try diagram.svg()).contains("…"))
    #expect(bars[0].bars[0].base == 0.6 && bars[0].bars[0].value == 0.9)
    #expect(bars[1].bars[0].base == 0.25 && bars[1].bars[0].value == 0.5)
    #expect(bars[2].bars.map(\.value) == [0.25, 0.6])
    let empty = try ReliabilityDiagram(
      edges: [0, 1], counts: [0], accuracies: [.nan], confidences: [.nan])
    #expect(empty.expectedCalibrationError.isNaN)
    try expectSound(empty)
  }

  @Test func reliabilityRefusesWhatIsNoShare() {
    func diagram(_ edges: [Double], _ counts: [Int], _ shares: [Double]) throws {
      _ = try ReliabilityDiagram(
        edges: edges, counts: counts, accuracies: shares, confidences: shares)
    }
    #expect(throws: ReportError.self) { try diagram([0], [], []) }
    #expect(throws: ReportError.self) { try diagram([0, 1], [1, 2], [1, 1]) }
    #expect(throws: ReportError.self) { try diagram([0, 0.5, 0.5], [1, 2], [1, 1]) }
    #expect(throws: ReportError.self) { try diagram([0, 0.5, 1.5], [1, 2], [1, 1]) }
    #expect(throws: ReportError.self) { try diagram([0, 0.5, 1], [1, -2], [1, 1]) }
    #expect(throws: ReportError.self) { try diagram([0, 0.5, 1], [1, 2], [1, 1.1]) }
    #expect(throws: ReportError.self) { try diagram([0, .nan, 1], [1, 2], [1, 1]) }
  }

  @Test(arguments: [(0, 10), (1, 10), (5, 10), (10, 10), (997, 1000), (1, 1)])
  func wilsonSolvesItsEquation(successes: Int, trials: Int) {
    let (share, n, z) = (Double(successes) / Double(trials), Double(trials), 1.959963984540054)
    let interval = WilsonInterval(share: share, trials: n)
    // The ends are where the observed share lies z deviations away from the supposed one.
    for end in [interval.lower, interval.upper] {
      let distance = abs(share - end)
      #expect(abs(distance - z * (end * (1 - end) / n).squareRoot()) < 1e-9 || end == share)
    }
    #expect(interval.lower >= 0 && interval.upper <= 1 && interval.lower < interval.upper)
    #expect(interval.lower <= share && share <= interval.upper)
  }

  @Test func wilsonMatchesPublishedNumbers() {
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I: 81 of 263,
    // 15 of 148, 0 of 20 and 1 of 29.
    let rows = [
      (81.0, 263.0, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
      (1, 29, 0.0061, 0.1718),
    ]
    for (successes, trials, lower, upper) in rows {
      let interval = WilsonInterval(share: successes / trials, trials: trials)
      #expect(abs(interval.lower - lower) < 5e-5 && abs(interval.upper - upper) < 5e-5)
    }
    #expect(WilsonInterval(share: 0.5, trials: 0).lower.isNaN)
  }

  @Test func confidencesStack() throws {
    let chart = ConfidenceHistogram(right: [0.95, 0.97, 0.5, 1], wrong: [0.96, 0.1], bins: 10)
    try expectSound(chart)
    let bars = try chart.chart().marks.compactMap { mark -> ChartBars? in
      if case .bars(let bars) = mark { bars } else { nil }
    }
    #expect(bars[0].bars.map(\.value) == [0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    #expect(bars[1].bars.map { $0.value - $0.base } == [0, 0, 0, 0, 0, 1, 0, 0, 0, 3])
    #expect(bars[1].bars.map(\.base) == bars[0].bars.map(\.value))
    try expectSound(ConfidenceHistogram(right: [], wrong: []))
    #expect(throws: ReportError.self) {
      _ = try ConfidenceHistogram(right: [1.1], wrong: []).svg()
    }
    #expect(throws: ReportError.self) {
      _ = try ConfidenceHistogram(right: [.nan], wrong: []).svg()
    }
    #expect(throws: ReportError.self) {
      _ = try ConfidenceHistogram(right: [1], wrong: [], bins: 0).svg()
    }
  }

  @Test func rotationShowsItsPictures() throws {
    let angles = (0...12).map { Double($0) * 15 }
    let curves = ["1", Sample.hostile].map { CurveChart.Curve($0, angles.map { $0 / 180 }) }
    let pictures = try angles.map { _ in try ChartSample.picture() }
    var chart = RotationChart(angles: angles, curves: curves, pictures: pictures)
    try expectSound(chart)
    let images = SVGInspector(try chart.svg()).all("image")
    #expect(images.count == 13)
    for (left, right) in zip(images, images.dropFirst()) {
      #expect(left.number("x") + left.number("width") <= right.number("x") + 0.01)
    }
    chart.pictures.removeLast()
    #expect(throws: ReportError.self) { _ = try chart.svg() }
    chart.pictures = []
    chart.curves[0].values.removeLast()
    #expect(throws: ReportError.self) { _ = try chart.svg() }
  }

  @Test func manyPicturesAreThinned() throws {
    let angles = (0..<200).map(Double.init)
    let picture = try ChartSample.picture()
    let chart = RotationChart(
      angles: angles, curves: [], pictures: [Image](repeating: picture, count: 200))
    try expectSound(chart)
    #expect((10...40).contains(SVGInspector(try chart.svg()).all("image").count))
    let same = RotationChart(angles: [3, 3, 3], curves: [], pictures: [picture, picture, picture])
    try expectSound(same)
    #expect(SVGInspector(try same.svg()).all("image").count == 1)
  }

  @Test func stripsDoNotOverlap() throws {
    let groups = (0..<3).map { rank in
      ScatterChart.Group("\(rank)", (0..<4).map { input in (0..<50).map { Double($0 + input) } })
    }
    let chart = ScatterChart("", groups: groups, inputs: ["a", "b", "c", "d"])
    try expectSound(chart)
    var filter = ChartFilter(x: ChartAxis(""), y: ChartAxis(""))
    let spans = try chart.chart().marks.compactMap { mark -> [(Int, Double, Double)]? in
      guard case .points(let points) = mark else { return nil }
      let places = try points.shapes(&filter).flatMap(\.places)
      return (0..<4).map { input in
        let shifts = places.filter { Int(($0.x + 0.5).rounded(.down)) == input }.map(\.x)
        return (shifts.count, shifts.min() ?? .nan, shifts.max() ?? .nan)
      }
    }
    #expect(spans.count == 3)
    for input in 0..<4 {
      #expect(spans.allSatisfy { $0[input].0 == 50 })
      #expect(spans[0][input].2 < spans[1][input].1 && spans[1][input].2 < spans[2][input].1)
    }
    let wrong = ScatterChart("", groups: groups, inputs: ["a"])
    #expect(throws: ReportError.self) { _ = try wrong.svg() }
    try expectSound(ScatterChart("", groups: [], inputs: []))
  }

  @Test func quantilesAreSound() throws {
    let group = QuantileChart.Group("g", [[1, 2, 3], [], [.nan, 2]])
    let axis = ChartAxis("value")
    try expectSound(
      QuantileChart("", groups: [group, group], categories: ["a", "b", "c"], y: axis))
    #expect(throws: ReportError.self) {
      _ = try QuantileChart("", groups: [group], categories: ["a"], y: axis).svg()
    }
  }
}
