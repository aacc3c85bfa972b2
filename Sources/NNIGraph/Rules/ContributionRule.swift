/// Relevance by contribution at a node that is homogeneous in its inputs: sums and average pools.
///
///     R_j = a_j Σ_k ∂z_k/∂a_j · R_k / (z_k + ε·sign(z_k))
///
/// Zennit calls it `Norm`. What is handed on is what multiplies `a_j`; with ε = 0 and a multiplier that arrives, it is
/// the derivative.
public struct ContributionRule: PropagationRule {
  /// ε.
  public var stabilizer: Double
  /// Part of the relevance that each input is given; 1, or ½ where both factors of a product would
  /// claim all of it.
  public var portion: Double

  /// Creates the rule.
  public init(stabilizer: Double = 1e-6, portion: Double = 1) {
    self.stabilizer = stabilizer
    self.portion = portion
  }

  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: false, output: stabilizer != 0)
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    func shared(_ quotient: Tensor) throws -> [Tensor] {
      let multipliers = try step.pullback(quotient)
      return portion == 1 ? multipliers : try multipliers.map { try $0 * portion }
    }
    if stabilizer == 0, signal.form == .multiplier { return Propagated(try shared(signal.value)) }
    let division = try Division(
      step.relevance(of: signal), by: step.output, stabilizer: stabilizer)
    return Propagated(try shared(division.quotient), absorbed: division.absorbed)
  }
}

extension PropagationRule where Self == ContributionRule {
  /// Relevance by contribution; see ``ContributionRule``.
  public static func contribution(stabilizer: Double = 1e-6) -> Self {
    ContributionRule(stabilizer: stabilizer)
  }

  /// Half of the relevance to each of two factors.
  ///
  /// - Reference: Achtibat et al. 2024, *AttnLRP*, equation 15 (`achtibat2024attnlrp`).
  public static func product(stabilizer: Double = 1e-6) -> Self {
    ContributionRule(stabilizer: stabilizer, portion: 0.5)
  }
}

extension ContributionRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("contribution") { ContributionRule(stabilizer: $0.stabilizer) }
    ]
  }
}
