/// LRP-γ, which favours contributions of the output's sign.
///
/// In its generalised form, for inputs of either sign:
///
/// - where `z_k > 0`, the share in `a⁺(w + γw⁺) + a⁻(w + γw⁻)` with bias `b + γb⁺`;
/// - where `z_k < 0`, the share in `a⁺(w + γw⁻) + a⁻(w + γw⁺)` with bias `b + γb⁻`;
/// - where `z_k = 0`, nothing.
///
/// For inputs that are not negative the first line is the paper's rule.
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

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    let input = try SignedParts(step.inputs[0])
    let weight = layer.weight
    let raised = try weight + gamma * weight.positivePart()
    let lowered = try weight + gamma * weight.negativePart()
    let ownBias = layer.bias(bias)

    var z = step.output
    if bias == .zero, let aligned = try layer.alignedBias(rank: z.rank) { z = try z - aligned }
    let relevance = signal.value

    let upper = Sharing(
      layer: layer, terms: input.terms(positive: raised, negative: lowered),
      bias: try ownBias.map { try $0 + gamma * $0.positivePart() },
      stabilizer: Stabilizer(epsilon: stabilizer))
    var shares = try upper.shares(
      of: relevance.selected(where: z.isGreater(than: 0), otherwise: 0))

    let isNegative = try z.isLess(than: 0)
    let falling = try relevance.selected(where: isNegative, otherwise: 0)
    // Below a ReLU no relevance arrives at units with z < 0, so that half the work falls away.
    if try falling.magnitude().sum().item() > 0 {
      let lower = Sharing(
        layer: layer, terms: input.terms(positive: lowered, negative: raised),
        bias: try ownBias.map { try $0 + gamma * $0.negativePart() },
        stabilizer: Stabilizer(epsilon: stabilizer))
      shares = try .combined(shares, 1, lower.shares(of: falling), 1)
    }
    let idle = try relevance.selected(where: z.isEqual(to: 0), otherwise: 0).sumPerSample()
    shares.absorbed[.stabilizer] = try shares.absorbed[.stabilizer].map { try $0 + idle } ?? idle
    return Propagated([shares.inputs], absorbed: shares.absorbed)
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
    let axes = Array(0..<tensor.rank)
    if try tensor.minimum(over: axes).item() >= 0 {
      positive = tensor
      negative = nil
    } else {
      positive = try tensor.positivePart()
      negative = try tensor.negativePart()
    }
  }

  /// `a⁺` with one weight and `a⁻`, where there is one, with another.
  func terms(positive weight: Tensor, negative otherWeight: Tensor) -> [Sharing.Term] {
    [Sharing.Term(input: positive, weight: weight)]
      + (negative.map { [Sharing.Term(input: $0, weight: otherWeight)] } ?? [])
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
