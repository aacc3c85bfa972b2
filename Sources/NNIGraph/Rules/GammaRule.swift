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
    let z = try step.value(of: layer, bias)
    let relevance = try step.relevance(of: signal)
    // Below a ReLU no relevance arrives at units with z < 0, and no input is negative: one set of weights is enough.
    let isOneSided = try !step.inputs[0].hasNegative && !relevance.stands(below: z)
    return isOneSided
      ? try sharedAbove(relevance, layer, step.inputs[0], z)
      : try shared(relevance, layer, step.inputs[0], z)
  }

  /// For inputs and relevance that need the first line of the rule alone.
  private func sharedAbove(
    _ relevance: Tensor, _ layer: any LinearLayer, _ x: Tensor, _ z: Tensor
  ) throws -> Propagated {
    let above = try layer.keepingBias(bias) { try $0 + gamma * $0.positivePart() }
    let upper = try Sharing.Term(x, layer, SignFactors(positive: 1 + gamma, negative: 1))
    let division = try Division(
      relevance, by: upper.value(bias: above.bias), stabilizer: stabilizer, biasOf: above, gate: z)
    return Propagated([try upper.transposed(division.quotient)], absorbed: division.absorbed)
  }

  /// Both lines by three products instead of eight.
  ///
  /// With `m = |a| |w| + |b|` positive contributions sum to `(z + m) / 2` and negative ones to `(z − m) / 2`, so that
  /// with `h = γ / 2` and `s = sign z` both lines divide by `Z = (1 + h) z + h s m`. In the same way back,
  /// with `c = R / (Z + ε s)`, an input gets `(1 + h) wᵀ c ± h |w|ᵀ (s c)`, where the sign is its own.
  private func shared(
    _ relevance: Tensor, _ layer: any LinearLayer, _ x: Tensor, _ z: Tensor
  ) throws -> Propagated {
    let half = gamma / 2
    let plain = try layer.keepingBias(bias) { $0 }
    let bare = try plain.weighing(SignFactors(positive: 1, negative: -1))
      .keepingBias(bias) { try $0.magnitude() }
    let shares = try Tensor.tensors(
      of: "nni::gamma_share",
      [
        .tensor(relevance), .tensor(z), .tensor(bare.forward([x.magnitude()])), .double(half),
        .double(stabilizer),
      ])
    let (c, signed) = (shares[0], shares[1])
    let multipliers = try Tensor.call(
      "nni::signed_sum", .tensor(layer.transposed(c, like: x)), .double(1 + half),
      .tensor(bare.transposed(signed, like: x)), .double(half), .tensor(x))
    var absorbed = [Ledger.Cause.stabilizer: shares[2]]
    if let own = try plain.alignedBias(rank: z.rank), let size = try bare.alignedBias(rank: z.rank)
    {
      absorbed[.bias] =
        try c.sumPerSample(weightedBy: own) * (1 + half)
        + signed.sumPerSample(weightedBy: size) * half
    }
    return Propagated([multipliers], absorbed: absorbed)
  }
}

extension PropagationRule where Self == GammaRule {
  /// LRP-γ; see ``GammaRule``.
  public static func gamma(_ gamma: Double = 0.25, bias: BiasShare = .share) -> Self {
    GammaRule(gamma: gamma, bias: bias)
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
