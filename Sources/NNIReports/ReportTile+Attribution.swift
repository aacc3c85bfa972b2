public import NNInterpretability

extension ReportTile {
  /// A tile for one sample of an attribution, with the ledger's warnings.
  ///
  /// - Throws: ``ReportError`` when the attribution is not of images.
  public init(_ attribution: Attribution, sample: Int) throws {
    let ledger = attribution.ledger
    let sums = ReportLedger(
      score: ledger.score[sample], reference: ledger.reference[sample], sum: ledger.sum[sample])
    let options = attribution.options.sorted { $0.key < $1.key }
      .filter { !$0.value.description.isEmpty }
      .map { ReportFact($0.key, $0.value.description) }
    let place = attribution.layer.map { [ReportFact("layer read", $0.name)] } ?? []
    self.init(
      title: attribution.method, subtitle: attribution.layer?.name ?? Self.subtitle(attribution),
      map: try HeatMap(attribution, sample: sample), unit: Self.unit(attribution),
      ledger: attribution.promise == .sumsToScore ? sums : nil, options: options + place,
      warnings: Self.warnings(attribution, sample: sample))
  }

  /// What distinguishes runs of one method.
  private static func subtitle(_ attribution: Attribution) -> String {
    ["preset", "steps", "gamma", "epsilon", "alpha"].compactMap { name in
      attribution.options[name].map { name == "preset" ? "\($0)" : "\(name) \($0)" }
    }.first ?? ""
  }

  /// Derivatives are logits for a change of 1 of the normalised input; contributions are logits.
  private static func unit(_ attribution: Attribution) -> String {
    switch attribution.method {
    case "gradient", "saliency", "guided-backprop", "deconvnet": "logit per unit of input"
    case _ where attribution.layer != nil: "weighted activation"
    default: "logit"
    }
  }

  /// What the ledger says that a reader must know: a residual that the method does not promise.
  private static func warnings(_ attribution: Attribution, sample: Int) -> [String] {
    guard attribution.promise == .sumsToScore else { return [] }
    let ledger = attribution.ledger
    let scale = max(abs(ledger.score[sample] - ledger.reference[sample]), 1e-12)
    return ledger.causes.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { cause, amounts in
      let share = abs(amounts[sample]) / scale
      guard share >= 0.05 else { return nil }
      return "\(cause.explanation) \(Int((share * 100).rounded())) % of the score"
    }
  }
}

extension Ledger.Cause {
  fileprivate var explanation: String {
    switch self {
    case .bias: "biases keep"
    case .stabilizer: "stabilisers keep"
    case .pooling: "pooling keeps"
    case .quadrature: "the integral is off by"
    case .sampling: "sampling is off by"
    case .unexplained: "unexplained:"
    }
  }
}
