public import NNIUncertainty

extension ReliabilityDiagram {
  /// The bins of equal width of a report, with what its calibration error would be by chance.
  ///
  /// - Throws: what ``init(_:edges:counts:accuracies:confidences:note:)`` throws.
  public init(_ title: String, _ report: CalibrationReport) throws {
    let bins = report.bins
    let chance = report.chanceBand.map { NumberText.percent($0) }
    try self.init(
      title, edges: [0] + bins.map { $0.bounds[1] }, counts: bins.map(\.count),
      accuracies: bins.map(\.accuracy), confidences: bins.map(\.confidence),
      note: chance.count == 2
        ? "A network that is calibrated perfectly would have \(chance[0]) to \(chance[1])." : "")
  }
}
