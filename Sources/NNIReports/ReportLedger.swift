public import NNIMethods

/// What a map should sum to, and what it does sum to.
public struct ReportLedger: Sendable, Hashable {
  /// The score that was explained.
  public var score: Double
  /// The score of the reference input; 0 for methods without one.
  public var reference: Double
  /// The sum of the attribution.
  public var sum: Double
  /// Where the rest of the score is, in words.
  public var parts: [ReportFact]

  /// What the map leaves unexplained: `score - reference - sum`.
  public var residual: Double { score - reference - sum }

  /// The residual as a share of what was to be explained; 0 when there was nothing and nothing is
  /// left.
  public var residualShare: Double {
    let whole = abs(score - reference)
    return whole > 0 ? abs(residual) / whole : residual == 0 ? 0 : .infinity
  }

  /// States the two sides.
  public init(score: Double, reference: Double = 0, sum: Double, parts: [ReportFact] = []) {
    self.score = score
    self.reference = reference
    self.sum = sum
    self.parts = parts
  }
}

extension ReportLedger {
  /// What became of one sample's score, and what took what the map does not hold.
  ///
  /// - Parameters:
  ///   - ledger: The ledger.
  ///   - sample: The sample.
  ///   - sum: The sum of the map, where only a part of it is shown.
  public init(_ ledger: Ledger, sample: Int, sum: Double? = nil) {
    let whole = abs(ledger.score[sample] - ledger.reference[sample])
    self.init(
      score: ledger.score[sample], reference: ledger.reference[sample],
      sum: sum ?? ledger.sum[sample],
      parts: Ledger.Cause.allCases.compactMap { cause in
        // Rounding is not worth a line.
        guard let amount = ledger.causes[cause]?[sample], abs(amount) >= 1e-4 * whole else {
          return nil
        }
        return ReportFact("– \(cause.title)", NumberText.short(amount))
      })
  }
}
