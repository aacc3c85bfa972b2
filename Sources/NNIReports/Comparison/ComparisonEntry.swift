/// One method's map of one target in a ``Comparison``, with all that belongs beside it.
public struct ComparisonEntry: Sendable, Hashable {
  /// What the method is called; different for every method of a page.
  public var name: String
  /// The map, its unit, its ledger and its warnings.
  public var tile: ReportTile
  /// Where the parts of the score went that the map does not hold.
  public var causes: [ReportFact]
  /// The same method on the network with random weights.
  public var twin: ComparisonTwin?
  /// Why there is no twin; empty when there is one.
  public var twinRefusal: String
  /// What becomes of the class when pixels are taken away or put back by falling value.
  public var curves: ComparisonCurves?
  /// What the map cost.
  public var cost: ComparisonCost

  /// Describes a map.
  public init(
    name: String, tile: ReportTile, causes: [ReportFact] = [], twin: ComparisonTwin? = nil,
    twinRefusal: String = "", curves: ComparisonCurves? = nil, cost: ComparisonCost
  ) {
    self.name = name
    self.tile = tile
    self.causes = causes
    self.twin = twin
    self.twinRefusal = twinRefusal
    self.curves = curves
    self.cost = cost
  }

  /// Whether the values are logits, so that maps of several methods may share a scale.
  public var isInLogits: Bool { tile.unit == "logit" }
}
