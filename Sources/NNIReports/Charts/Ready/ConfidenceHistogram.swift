/// How sure a network is when it is right, and when it is wrong.
public struct ConfidenceHistogram: VectorPicture, Hashable {
  /// A line above the chart.
  public var title: String
  /// The confidence of each right prediction, 0 to 1.
  public var right: [Double]
  /// The confidence of each wrong prediction, 0 to 1.
  public var wrong: [Double]
  /// How many bars there are from 0 to 1.
  public var bins: Int

  /// Describes a histogram.
  public init(
    _ title: String = "Confidence", right: [Double], wrong: [Double], bins: Int = 20
  ) {
    self.title = title
    self.right = right
    self.wrong = wrong
    self.bins = bins
  }

  /// The chart: wrong predictions below, right ones on top of them.
  ///
  /// - Throws: ``ReportError`` when a confidence is not within 0 to 1 or there are no bins.
  public func chart() throws -> Chart {
    let all = right + wrong
    if let value = all.first(where: { !($0 >= 0 && $0 <= 1) }) {
      throw ReportError(
        .option, "A confidence of a histogram is \(value); give numbers from 0 to 1.")
    }
    let edges = ChartBars.edges(bins: max(bins, 1), over: 0...1)
    let low = try ChartBars.counts(of: wrong, bins: bins, over: 0...1).map(Double.init)
    let high = try ChartBars.counts(of: right, bins: bins, over: 0...1).map(Double.init)
    let below = low.indices.map {
      ChartBars.Bar(from: edges[$0], to: edges[$0 + 1], value: low[$0])
    }
    let above = low.indices.map {
      ChartBars.Bar(from: edges[$0], to: edges[$0 + 1], value: low[$0] + high[$0], base: low[$0])
    }
    var marks: [ChartMark] = [
      .bars(ChartBars("wrong", bars: below, color: .series(1))),
      .bars(ChartBars("right", bars: above, color: .series(0))),
    ]
    var caption = "There are no predictions."
    if !all.isEmpty {
      let mean = all.reduce(0, +) / Double(all.count)
      let accuracy = Double(right.count) / Double(all.count)
      marks += [
        .reference(
          ChartReference("mean confidence", .vertical(mean), color: .series(6))),
        .reference(ChartReference("accuracy", .vertical(accuracy), color: .series(2))),
      ]
      caption =
        "\(all.count) predictions, accuracy \(NumberText.percent(accuracy)), mean confidence "
        + "\(NumberText.percent(mean))."
    }
    return Chart(
      title, x: ChartAxis("confidence", limits: .fixed(0, 1), format: .percent),
      y: ChartAxis("predictions", limits: .includingZero, format: .whole), marks: marks,
      caption: caption)
  }

  /// The chart as one `<svg>` element.
  ///
  /// - Throws: what ``chart()`` throws.
  public func svg(for medium: ChartMedium) throws -> String { try chart().svg(for: medium) }
}
