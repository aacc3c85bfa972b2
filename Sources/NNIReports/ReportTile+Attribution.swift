public import NNIMethods

extension ReportTile {
  /// A tile for one sample of an attribution, with the ledger's warnings.
  ///
  /// - Throws: ``ReportError`` when the attribution is not of images.
  public init(_ attribution: Attribution, sample: Int) throws {
    let sums = ReportLedger(attribution.ledger, sample: sample)
    let options = attribution.options.sorted { $0.key < $1.key }
      .filter { !$0.value.description.isEmpty }
      .map { ReportFact($0.key, $0.value.description) }
    let place = attribution.layer.map { [ReportFact("layer read", $0.name)] } ?? []
    self.init(
      title: attribution.method, subtitle: attribution.layer?.name ?? Self.subtitle(attribution),
      map: try HeatMap(attribution, sample: sample), unit: Self.unit(attribution),
      ledger: attribution.promise == .sumsToScore ? sums : nil, options: options + place,
      warnings: attribution.warnings(sample: sample))
  }

  /// What distinguishes runs of one method.
  private static func subtitle(_ attribution: Attribution) -> String {
    let usual = ["preset", "steps", "gamma", "epsilon", "alpha"].compactMap { name in
      attribution.options[name].map { name == "preset" ? "\($0)" : "\(name) \($0)" }
    }
    let hasOwnRules = attribution.options["rules"].map { !"\($0)".isEmpty } ?? false
    return (usual.prefix(1) + (hasOwnRules ? ["own rules"] : [])).joined(separator: ", ")
  }

  /// Derivatives are logits for a change of 1 of the normalised input; contributions are logits; falls of
  /// the score do not add up, for what is covered overlaps.
  private static func unit(_ attribution: Attribution) -> String {
    let averaged = attribution.method == "smoothgrad" ? attribution.options["of"] : nil
    return switch averaged?.description ?? attribution.method {
    case "gradient", "saliency", "guided-backprop", "deconvnet": "logit per unit of input"
    case "occlusion", "feature-ablation": "logit when covered"
    case "attention", "attention-rollout", "attention-flow": "share of attention"
    case "token-contributions": "share of contributions"
    case "generic-attention", "transformer-attribution", "att-cat": "logit × attention"
    case _ where attribution.promise == .sumsToScore: "logit"
    case _ where attribution.layer != nil: "weighted activation"
    default: "logit"
    }
  }
}
