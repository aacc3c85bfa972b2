/// How often a network is right when it is so sure: accuracy for each bin of confidence.
///
/// A bar reaches to the accuracy of the predictions in a bin or to their mean confidence, whichever is
/// lower; the part of another colour above it is the gap between the two: up to the confidence where the
/// network is too sure, up to the accuracy where it is not sure enough. The error bar is Wilson's
/// interval of 95 % around the accuracy (`wilson1927probable`). A calibrated network has no gaps, and
/// its bars end on the diagonal (Guo et al. 2017, "On Calibration of Modern Neural Networks",
/// `guo2017calibration`). Below, the number of predictions in each bin; a gap in a bin with few of
/// them means little.
///
/// The expected calibration error is `Σ nᵢ/N |accuracyᵢ − confidenceᵢ|` over the bins (Naeini et al.
/// 2015, `naeini2015obtaining`).
public struct ReliabilityDiagram: VectorPicture, Hashable {
  /// A line above the diagram.
  public var title: String
  /// Where bins begin and end, ascending from 0 to 1; one more than bins.
  public let edges: [Double]
  /// How many predictions each bin has.
  public let counts: [Int]
  /// The share of right predictions in each bin; not read for an empty one.
  public let accuracies: [Double]
  /// The mean confidence of the predictions in each bin; not read for an empty one.
  public let confidences: [Double]
  /// What else a reader must know, behind the calibration error.
  public var note: String

  /// Takes the bins.
  ///
  /// - Throws: ``ReportError`` when the numbers of bins differ, edges do not ascend within 0 to 1, a
  ///   count is negative, or a share is not within 0 to 1 in a bin that is not empty.
  public init(
    _ title: String = "Reliability", edges: [Double], counts: [Int], accuracies: [Double],
    confidences: [Double], note: String = ""
  ) throws {
    guard !counts.isEmpty, edges.count == counts.count + 1, accuracies.count == counts.count,
      confidences.count == counts.count
    else {
      throw ReportError(
        .shape,
        "A reliability diagram was given \(edges.count) edges, \(counts.count) counts, "
          + "\(accuracies.count) accuracies and \(confidences.count) confidences; give as many of each, "
          + "and one edge more.")
    }
    guard zip(edges, edges.dropFirst()).allSatisfy(<), edges[0] >= 0, edges[counts.count] <= 1
    else {
      throw ReportError(
        .option, "The bins of a reliability diagram must ascend within 0 to 1; they are \(edges).")
    }
    for (bin, count) in counts.enumerated() {
      let shares = [accuracies[bin], confidences[bin]]
      guard count >= 0, count == 0 || shares.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
        throw ReportError(
          .option,
          "Bin \(bin) of a reliability diagram has \(count) predictions, accuracy \(shares[0]) and "
            + "confidence \(shares[1]); give a count that is not negative and shares from 0 to 1.")
      }
    }
    self.title = title
    self.edges = edges
    self.counts = counts
    self.accuracies = accuracies
    self.confidences = confidences
    self.note = note
  }

  /// The expected calibration error, 0 to 1; NaN without predictions.
  public var expectedCalibrationError: Double {
    let total = counts.reduce(0.0) { $0 + Double($1) }
    return filled.reduce(0) {
      $0 + Double(counts[$1]) / total * abs(accuracies[$1] - confidences[$1])
    } / (total > 0 ? 1 : total)
  }

  /// The panels as charts: the diagram, and the number of predictions.
  public var charts: [Chart] {
    let bars = filled.map { bin in
      let interval = WilsonInterval(share: accuracies[bin], trials: Double(counts[bin]))
      return ChartBars.Bar(
        from: edges[bin], to: edges[bin + 1], value: min(accuracies[bin], confidences[bin]),
        lower: interval.lower, upper: interval.upper)
    }
    let range = ChartAxis.Limits.fixed(min(edges[0], 0), 1)
    let diagram = Chart(
      "", x: ChartAxis("", limits: range, format: .percent),
      y: ChartAxis("accuracy, confidence", limits: .fixed(0, 1), format: .percent),
      marks: gap("too sure: to the confidence", .series(1)) { accuracies[$0] < confidences[$0] }
        + gap("too shy: to the accuracy", .series(2)) { accuracies[$0] > confidences[$0] } + [
          .bars(ChartBars("lower of both", bars: bars, opacity: 0.6)),
          .reference(.diagonal("calibrated")),
        ], width: 500, height: 380)
    let histogram = ChartBars(
      "",
      bars: filled.map {
        ChartBars.Bar(from: edges[$0], to: edges[$0 + 1], value: Double(counts[$0]))
      }, color: .muted, opacity: 0.7)
    let counted = Chart(
      "", x: ChartAxis("confidence", limits: range, format: .percent),
      y: ChartAxis("predictions", limits: .includingZero, format: .whole),
      marks: [.bars(histogram)], width: 500,
      height: 170)
    return [diagram, counted]
  }

  /// The panels as one `<svg>` element.
  ///
  /// - Throws: what ``ChartSheet`` throws.
  public func svg(for medium: ChartMedium) throws -> String {
    try ChartSheet(title, charts: charts, caption: caption).svg(for: medium)
  }

  /// From the accuracy to the mean confidence, in the bins that fulfil a condition.
  private func gap(_ label: String, _ color: ChartColor, where isShown: (Int) -> Bool)
    -> [ChartMark]
  {
    let bars = filled.filter(isShown).map { bin in
      ChartBars.Bar(
        from: edges[bin], to: edges[bin + 1], value: max(accuracies[bin], confidences[bin]),
        base: min(accuracies[bin], confidences[bin]))
    }
    return bars.isEmpty ? [] : [.bars(ChartBars(label, bars: bars, color: color, opacity: 0.5))]
  }

  private var filled: [Int] { counts.indices.filter { counts[$0] > 0 } }

  private var caption: String {
    let total = counts.reduce(0, +)
    let error = expectedCalibrationError
    let first =
      error.isFinite
      ? "Expected calibration error \(NumberText.percent(error)) over \(total) predictions."
      : "There are no predictions."
    let lines =
      "Bars: the lower of accuracy and mean confidence, and above it the gap between them. Lines: 95 % "
      + "intervals of the accuracy."
    return ([first, note, total > 0 ? lines : ""].filter { !$0.isEmpty }).joined(separator: " ")
  }
}
