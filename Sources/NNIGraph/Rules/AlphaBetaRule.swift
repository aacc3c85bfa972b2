/// LRP-αβ, which weighs exciting and inhibiting contributions apart; with (1, 0) it is z⁺.
///
///     R_j = Σ_k ( α · share in a⁺w⁺ + a⁻w⁻ + b⁺  −  β · share in a⁺w⁻ + a⁻w⁺ + b⁻ ) R_k
///
/// with `α − β = 1`. As in zennit, `b⁺` stands in the first denominator and `b⁻` in the second.
///
/// - Reference: Bach et al. 2015, equation 60 (`bach2015pixel`); z⁺: Montavon et al. 2017, *Explaining
///   Nonlinear Classification Decisions with Deep Taylor Decomposition*, equation 12
///   (`montavon2017explaining`).
public struct AlphaBetaRule: PropagationRule {
  /// Weight of exciting contributions.
  public var alpha: Double
  /// Weight of inhibiting contributions; `alpha − 1`.
  public var beta: Double
  /// Keeps denominators away from zero.
  public var stabilizer: Double
  public var bias: BiasShare

  /// Creates the rule.
  public init(
    alpha: Double = 2, beta: Double = 1, stabilizer: Double = 1e-6, bias: BiasShare = .share
  ) {
    self.alpha = alpha
    self.beta = beta
    self.stabilizer = stabilizer
    self.bias = bias
  }

  public var settings: String { "α = \(alpha), β = \(beta)" }

  public func reading(at layer: any Layer) -> RuleReading { .values }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    let input = try SignedParts(step.inputs[0])
    let x = step.inputs[0]
    let relevance = try step.relevance(of: signal)
    let exciting = try layer.keepingBias(bias) { try $0.positivePart() }
    let rising = try input.terms(layer, positive: .rising, negative: .falling)
    let plus = try Sharing.value(rising, bias: exciting.bias)
    let excited = try Division(relevance, by: plus, stabilizer: stabilizer, biasOf: exciting)
    guard beta != 0 else {
      return Propagated(
        [try Sharing.multipliers(rising, excited.quotient, of: x)], absorbed: excited.absorbed)
    }

    // The other sum need not be computed: z = z⁺ + z⁻.
    let inhibiting = try layer.keepingBias(bias) { try $0.negativePart() }
    let minus = try Tensor.call(
      "nni::remainder", .tensor(step.value(of: layer, bias)), .tensor(plus))
    let inhibited = try Division(relevance, by: minus, stabilizer: stabilizer, biasOf: inhibiting)
    let falling = try input.terms(layer, positive: .falling, negative: .rising)
    let multipliers =
      try Sharing.multipliers(rising, excited.quotient, of: x) * alpha
      - Sharing.multipliers(falling, inhibited.quotient, of: x) * beta
    let absorbed = try excited.absorbed.merging(inhibited.absorbed) {
      try $0 * alpha - $1 * beta
    }
    return Propagated([multipliers], absorbed: absorbed)
  }
}

extension PropagationRule where Self == AlphaBetaRule {
  /// LRP-αβ; see ``AlphaBetaRule``.
  public static func alphaBeta(_ alpha: Double, _ beta: Double, bias: BiasShare = .share) -> Self {
    AlphaBetaRule(alpha: alpha, beta: beta, bias: bias)
  }

  /// LRP-z⁺: exciting contributions alone.
  public static func zPlus(bias: BiasShare = .share) -> Self {
    AlphaBetaRule(alpha: 1, beta: 0, bias: bias)
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

extension AlphaBetaRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("alpha-beta", parameters: ["alpha", "beta"]) { given in
        let rule = AlphaBetaRule(
          alpha: try given.number("alpha", 2), beta: try given.number("beta", 1),
          stabilizer: given.stabilizer, bias: given.bias)
        guard abs(rule.alpha - rule.beta - 1) <= 1e-9 else {
          throw InterpretabilityError(
            .invalidOption,
            "alpha − beta must be 1 to conserve relevance; got \(rule.alpha) − \(rule.beta)")
        }
        return rule
      },
      RuleEntry("z-plus") {
        AlphaBetaRule(alpha: 1, beta: 0, stabilizer: $0.stabilizer, bias: $0.bias)
      },
    ]
  }
}
