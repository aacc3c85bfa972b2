/// The derivative by the operands of a product, each times its portion: relevance of a product is shared, not
/// counted once for each factor.
///
///     g_A = p_A · ∂z/∂Aᵀ g        g_B = p_B · ∂z/∂Bᵀ g
///
/// With a half each the relevance `a · g` of both operands together is that of the product; with `[0, 1]` the
/// first operand counts as a constant, as attention's weights do in CP-LRP.
///
/// Relevance that arrives is divided by the product first, as ``ContributionRule`` does. Where one operand is known to
/// mix the other by weights that sum to 1, nothing is divided: the other gets what the weights say, and all of it.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, equation 15 (`achtibat2024attnlrp`); Ali et al. 2022, *XAI for
///   Transformers*, section 4.1 (`ali2022xai`).
public struct ProductShareRule: PropagationRule {
  /// The portion of each operand, from 0 to 1.
  public var portions: [Double]
  /// Which operand is mixed by the other, as values are by attention's weights; `nil` where none is known to be.
  public var mixed: Int?
  /// Keeps the product away from zero where relevance is divided by it.
  public var stabilizer: Double

  /// Creates the rule.
  public init(
    _ portions: [Double] = [0.5, 0.5], mixed: Int? = nil, stabilizer: Double = 1e-6
  ) {
    self.portions = portions
    self.mixed = mixed
    self.stabilizer = stabilizer
  }

  public var settings: String { portions.map { "\($0)" }.joined(separator: ", ") }

  public func reading(at layer: any Layer) -> RuleReading { .derivative }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    if signal.form == .relevance, let mixed {
      let back = try step.pullback(signal.value)
      return Propagated(
        relevance: try back.indices.map { $0 == mixed ? back[$0] : try back[$0].zerosLike() })
    }
    let whole = try ContributionRule(stabilizer: signal.form == .relevance ? stabilizer : 0)
      .propagate(signal, through: step)
    guard whole.signals.count == portions.count else {
      throw InterpretabilityError(
        .missingRule, "\(portions.count) portions for \(whole.signals.count) operands",
        node: step.node.id)
    }
    return Propagated(
      try zip(whole.signals, portions).map { $1 == 1 ? $0.value : try $0.value * $1 },
      absorbed: whole.absorbed)
  }
}

extension ProductShareRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("half") { ProductShareRule(stabilizer: $0.stabilizer) },
      RuleEntry("portions", parameters: ["first", "second"]) { given in
        let portions = [try given.number("first", 0.5), try given.number("second", 0.5)]
        guard portions.allSatisfy({ $0 <= 1 }) else {
          throw InterpretabilityError(
            .invalidOption, "the portions of a product's factors lie between 0 and 1")
        }
        return ProductShareRule(portions, stabilizer: given.stabilizer)
      },
      RuleEntry("values") { _ in
        throw InterpretabilityError(
          .invalidOption,
          "which factor of a product is an attention's values only LRP methods know")
      },
    ]
  }
}
