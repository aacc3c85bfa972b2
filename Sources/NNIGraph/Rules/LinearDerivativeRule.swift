/// The derivative of a linear layer, whose bias keeps its share: relevance `b · g`; so do constants that stand beside
/// a value, such as a class token.
///
/// Nothing is divided: with `a · g` as relevance, inputs and bias together have that of the output.
///
/// - Reference: Arras et al. 2025, *A Close Look at Decomposition-based XAI-Methods for Transformer Language
///   Models*, section 3 (`arras2025close`), LRP-0 in the form of a gradient.
public struct LinearDerivativeRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let signals = try step.pullback(signal.value)
    if step.node.layer is SurroundLayer {
      let kept = try signal.value * step.output
      let handed = try signals[0] * step.inputs[0]
      return Propagated(
        signals, absorbed: [.bias: try kept.sumPerSample() - handed.sumPerSample()])
    }
    guard let bias = try (step.node.layer as? any LinearLayer)?.alignedBias(rank: step.output.rank)
    else { return Propagated(signals) }
    return Propagated(signals, absorbed: [.bias: try (signal.value * bias).sumPerSample()])
  }
}

/// LRP-γ in the form of a gradient: what multiplies an input is shared, not the input's relevance.
///
///     g_i = Σ_j w'_ij · g_j z_j / (Z_j + ε sign Z_j)
///
/// with `Z` as in ``GammaRule`` and `w'` the weight that goes with the sign of the input. No input is divided by.
///
/// - Reference: Andéol et al. 2021, appendix (`andeol2021learning`); Achtibat et al. 2024, *AttnLRP*, section
///   3.2 (`achtibat2024attnlrp`).
public struct GammaDerivativeRule: PropagationRule {
  /// How much more a contribution of the output's sign counts; above 0.
  public var gamma: Double
  /// ε, which keeps denominators away from zero.
  public var stabilizer: Double

  /// Creates the rule.
  public init(gamma: Double = 0.25, stabilizer: Double = 1e-6) {
    self.gamma = gamma
    self.stabilizer = stabilizer
  }

  public var settings: String { "γ = \(gamma)" }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    let x = step.inputs[0]
    let input = try SignedParts(x)
    let (raised, lowered) = (
      SignFactors(positive: 1 + gamma, negative: 1), SignFactors(positive: 1, negative: 1 + gamma)
    )
    let z = step.output
    let relevance = try signal.value * z

    let above = try layer.keepingBias(.share) { try $0 + gamma * $0.positivePart() }
    let upper = try input.terms(layer, positive: raised, negative: lowered)
    let division = try Division(
      relevance, by: Sharing.value(upper, bias: above.bias), stabilizer: stabilizer, biasOf: above,
      gate: z)
    let below = try layer.keepingBias(.share) { try $0 + gamma * $0.negativePart() }
    let lower = try input.terms(layer, positive: lowered, negative: raised)
    let other = try Division(
      relevance.selected(where: z.isLess(than: 0), otherwise: 0),
      by: Sharing.value(lower, bias: below.bias), stabilizer: stabilizer, biasOf: below)
    let signals = try signals(upper, division.quotient, x) + signals(lower, other.quotient, x)
    return Propagated(
      [signals], absorbed: try division.absorbed.merging(other.absorbed) { try $0 + $1 })
  }

  /// `Σ_j w'_ij c_j`, of the first term where an input is not negative and of the second where it is.
  private func signals(_ terms: [Sharing.Term], _ c: Tensor, _ x: Tensor) throws -> Tensor {
    let first = try terms[0].transposed(c)
    guard terms.count > 1 else { return first }
    return try terms[1].transposed(c).selected(where: x.isLess(than: 0), otherwise: first)
  }
}
