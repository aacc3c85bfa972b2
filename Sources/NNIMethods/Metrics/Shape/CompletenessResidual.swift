/// How much of the score a map that promises to sum to it does not hold.
///
/// `|f − f_0 − Σ a| / |f − f_0|` from the ledger, `f_0` being the score of the reference, or 0; the detail
/// `absolute` is the numerator. Maps that promise no sum have no value, and where score and reference are
/// equal there is none either.
///
/// A complete map can still be wrong: any map becomes complete when it is scaled.
///
/// - Reference: Sundararajan, Taly and Yan 2017, *Axiomatic Attribution for Deep Networks*, proposition 1
///   (`sundararajan2017axiomatic`).
public struct CompletenessResidual: ConfigurableMetric {
  /// Creates the metric.
  public init() {}

  public var name: String { "completeness-residual" }

  public var direction: MetricDirection { .lowerIsBetter }

  public var options: [MethodOption<Self>] { [] }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let ledger = subject.attribution.ledger
    let isPromised = subject.attribution.promise == .sumsToScore
    let absolute = ledger.residual.map { isPromised ? Optional($0.magnitude) : nil }
    let values = zip(absolute, zip(ledger.score, ledger.reference)).map { missing, ends in
      let whole = (ends.0 - ends.1).magnitude
      return whole > 0 ? missing.map { $0 / whole } : nil
    }
    return try result(values, details: ["absolute": absolute])
  }
}

extension CompletenessResidual: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        CompletenessResidual(), "Which share of the score the map's sum misses.",
        formula: "$|f − f_0 − Σ a| / |f − f_0|$",
        reading:
          "0 means that the map accounts for the whole score; only for methods that promise it. Any map "
          + "can be scaled to do so, so it is necessary and not sufficient.",
        cites: ["sundararajan2017axiomatic"])
    ]
  }
}
