/// LRP-γ, which favours contributions of the output's sign.
///
/// In its generalised form, for inputs of either sign:
///
/// - where `z_k > 0`, the share in `a⁺(w + γw⁺) + a⁻(w + γw⁻)` with bias `b + γb⁺`;
/// - where `z_k < 0`, the share in `a⁺(w + γw⁻) + a⁻(w + γw⁺)` with bias `b + γb⁻`;
/// - where `z_k = 0`, nothing.
///
/// For inputs that are not negative the first line is the paper's rule. What is handed on is what multiplies an
/// input, `Σ_k w'_jk R_k / (Z_k + ε sign Z_k)` with the weight `w'` that goes with the input's sign, so that no input
/// is divided by.
///
/// - Reference: Montavon et al. 2019, *Layer-Wise Relevance Propagation: An Overview*, section 10.2.1
///   (`montavon2019layer`); generalised by Andéol et al. 2021, *Learning Domain Invariant
///   Representations by Joint Wasserstein Distance Minimization*, appendix (`andeol2021learning`).
public struct GammaRule: PropagationRule {
  /// How much more a contribution of the output's sign counts; 0 or more.
  public var gamma: Double
  /// Keeps denominators away from zero.
  public var stabilizer: Double
  public var bias: BiasShare

  /// Creates the rule.
  public init(gamma: Double = 0.25, stabilizer: Double = 1e-6, bias: BiasShare = .share) {
    self.gamma = gamma
    self.stabilizer = stabilizer
    self.bias = bias
  }

  public var settings: String { "γ = \(gamma)" }

  public func reading(at layer: any Layer) -> RuleReading { .values }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    let input = try SignedParts(step.inputs[0])
    let (raised, lowered) = (
      SignFactors(positive: 1 + gamma, negative: 1), SignFactors(positive: 1, negative: 1 + gamma)
    )
    let z = try step.value(of: layer, bias)
    let relevance = try step.relevance(of: signal)

    let above = try layer.keepingBias(bias) { try $0 + gamma * $0.positivePart() }
    let upper = try input.terms(layer, positive: raised, negative: lowered)
    let division = try Division(
      relevance, by: Sharing.value(upper, bias: above.bias), stabilizer: stabilizer, biasOf: above,
      gate: z)
    let x = step.inputs[0]
    let inputs = try Sharing.multipliers(upper, division.quotient, of: x)
    // Below a ReLU no relevance arrives at units with z < 0, so that half the work falls away.
    guard try division.hasBelow else {
      return Propagated([inputs], absorbed: division.absorbed)
    }
    let below = try layer.keepingBias(bias) { try $0 + gamma * $0.negativePart() }
    let lower = try input.terms(layer, positive: lowered, negative: raised)
    let other = try Division(
      relevance.selected(where: z.isLess(than: 0), otherwise: 0),
      by: Sharing.value(lower, bias: below.bias), stabilizer: stabilizer, biasOf: below)
    return Propagated(
      [try inputs + Sharing.multipliers(lower, other.quotient, of: x)],
      absorbed: try division.absorbed.merging(other.absorbed) { try $0 + $1 })
  }
}

extension PropagationRule where Self == GammaRule {
  /// LRP-γ; see ``GammaRule``.
  public static func gamma(_ gamma: Double = 0.25, bias: BiasShare = .share) -> Self {
    GammaRule(gamma: gamma, bias: bias)
  }
}

/// A tensor as its positive part and, if it has one, its negative part.
struct SignedParts {
  let positive: Tensor
  let negative: Tensor?

  /// Splits `tensor`; below a ReLU there is nothing to split.
  init(_ tensor: Tensor) throws {
    if try tensor.hasNegative {
      positive = try tensor.positivePart()
      negative = try tensor.negativePart()
    } else {
      positive = tensor
      negative = nil
    }
  }

  /// `a⁺` with weights times one factor and `a⁻`, where there is one, with weights times another.
  func terms(
    _ layer: any LinearLayer, positive factors: SignFactors, negative otherFactors: SignFactors
  ) throws -> [Sharing.Term] {
    try [Sharing.Term(positive, layer, factors)]
      + (negative.map { [try Sharing.Term($0, layer, otherFactors)] } ?? [])
  }
}

extension GammaRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("gamma", parameters: ["gamma"]) {
        GammaRule(gamma: try $0.number("gamma", 0.25), stabilizer: $0.stabilizer, bias: $0.bias)
      }
    ]
  }
}
