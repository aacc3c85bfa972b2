public import NNIReports
import NNInterpretability

/// How fast a class's probability falls while what a map ranks highest is taken away.
public struct RemovalCurves {
  /// The mean probability after each step, from nothing taken to all.
  public let means: [Double]

  /// The mean of the curve: the smaller, the better the map found what matters.
  public var area: Double { means.mean }

  /// Takes parts away.
  ///
  /// - Parameters:
  ///   - ranks: For each sample a value of each part; the largest goes first.
  ///   - probability: The probabilities of the samples, of each of which the given parts are gone.
  /// - Throws: What `probability` throws.
  public init(
    ranks: [[Double]], probability: ([Set<Int>]) throws -> [Double]
  ) throws {
    let orders = ranks.map { values in
      values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
    }
    let steps = orders.map(\.count).max() ?? 0
    means = try (0...steps).map { step in
      try probability(orders.map { Set($0.prefix(step)) }).mean
    }
  }

  /// The means of several curves, the smallest first.
  public static func table(_ curves: [(name: String, curve: RemovalCurves)]) -> PageBlock {
    .table(
      PageTable(
        columns: ["order of", "mean probability"],
        rows: curves.sorted { $0.curve.area < $1.curve.area }.map {
          [.text(.plain($0.name)), .number($0.curve.area, decimals: 3)]
        }))
  }

  /// Curves of several maps in one chart, by the share that is gone.
  public static func chart(_ title: String, _ curves: [(name: String, curve: RemovalCurves)])
    throws -> PageFigure
  {
    let count = curves.first?.curve.means.count ?? 0
    return try PageFigure(
      CurveChart(
        title, places: (0..<count).map { Double($0) / Double(max(count - 1, 1)) },
        curves: curves.map { CurveChart.Curve($0.name, $0.curve.means) },
        x: ChartAxis("share taken away"), y: ChartAxis("probability of the class")))
  }
}
