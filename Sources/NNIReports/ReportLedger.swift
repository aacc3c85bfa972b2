/// What a map should sum to, and what it does sum to.
public struct ReportLedger: Sendable, Hashable {
  /// The score that was explained.
  public var score: Double
  /// The score of the reference input; 0 for methods without one.
  public var reference: Double
  /// The sum of the attribution.
  public var sum: Double

  /// What the map leaves unexplained: `score - reference - sum`.
  public var residual: Double { score - reference - sum }

  /// The residual as a share of what was to be explained; 0 when there was nothing and nothing is
  /// left.
  public var residualShare: Double {
    let whole = abs(score - reference)
    return whole > 0 ? abs(residual) / whole : residual == 0 ? 0 : .infinity
  }

  /// States the two sides.
  public init(score: Double, reference: Double = 0, sum: Double) {
    self.score = score
    self.reference = reference
    self.sum = sum
  }
}
