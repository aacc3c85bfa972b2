import NNIMethods

/// The map that a method makes of the network with random weights.
///
/// A method whose map hardly changes shows the photograph rather than what the network has learnt
/// (Adebayo et al. 2018, `adebayo2018sanity`).
public struct ComparisonTwin: Sendable, Hashable {
  /// Its values, of the size of the trained network's map.
  public var map: HeatMap
  /// Spearman's rank correlation of both maps' magnitudes, -1 to 1; 0 when one of them is constant.
  public var rankCorrelation: Double
  /// What this map should sum to, and does; none where the method promises no sum.
  public var ledger: ReportLedger?
  /// Where the parts of the random network's score went that the map does not hold.
  public var causes: [ReportFact]
  /// What a reader must know of this map.
  public var warnings: [String]

  /// The colours of its values.
  var colors: ColorMap { map.kind == .signed ? .blueWhiteRed : .madder }

  /// States the map and compares it with the trained network's.
  ///
  /// - Throws: ``ReportError`` when the maps are of different sizes.
  public init(
    _ map: HeatMap, of trained: HeatMap, ledger: ReportLedger? = nil, causes: [ReportFact] = [],
    warnings: [String] = []
  ) throws {
    guard map.width == trained.width, map.height == trained.height else {
      throw ReportError(
        .shape,
        "The random network's map is \(map.height) x \(map.width), the trained network's "
          + "\(trained.height) x \(trained.width); explain both with the same options.")
    }
    self.map = map
    self.ledger = ledger
    self.causes = causes
    self.warnings = warnings
    rankCorrelation =
      RankCorrelation.spearman(
        map.values.map { Double(abs($0)) }, trained.values.map { Double(abs($0)) }) ?? 0
  }
}
