/// Layer-wise relevance propagation with one rule at every weighted layer.
///
/// Relevance starts at the target's logit and is handed down in proportion to contributions. What
/// biases and stabilisers keep is in the ledger: `score = sum + bias + stabilizer`. Batch norm is
/// folded away first.
///
/// ```swift
/// let attribution = try LRP(.gamma).attribute(model, input: image, target: .class(281))
/// ```
///
/// - Reference: Bach et al. 2015 (`bach2015pixel`); Montavon et al. 2019 (`montavon2019layer`). Each
///   rule cites its equation.
public struct LRP: RelevanceMethod {
  /// The rule at weighted layers.
  public enum Rule: String, Sendable, CaseIterable {
    case zero, epsilon, gamma
    case alphaBeta = "alpha-beta"
    case zPlus = "z-plus"
    case wSquare = "w-square"
    case flat
  }

  /// The rule at the first weighted layers.
  public enum InputRule: String, Sendable, CaseIterable {
    /// That of the other layers.
    case same
    /// The z-box, with ``LRP/low`` and ``LRP/high``.
    case zBox = "z-box"
    case wSquare = "w-square"
    case flat
  }

  /// The rule at weighted layers.
  public var rule: Rule
  /// ε of the rule `epsilon`; 0 or more.
  public var epsilon: Double
  /// γ of the rule `gamma`; 0 or more.
  public var gamma: Double
  /// α of the rule `alphaBeta`.
  public var alpha: Double
  /// β of the rule `alphaBeta`; `alpha − beta` must be 1.
  public var beta: Double
  /// The rule at the first weighted layers.
  public var input: InputRule
  /// The input's lowest value, for the z-box.
  public var low: ChannelValues
  /// The input's highest value, for the z-box.
  public var high: ChannelValues
  public var stabilizer: Double
  public var maxPool: MaxPoolRelevance
  public var bias: BiasShare
  public var batchNorm: MergeBatchNormRewrite.Remnant

  /// Creates the method.
  public init(
    _ rule: Rule, epsilon: Double = 1e-6, gamma: Double = 0.25, alpha: Double = 2, beta: Double = 1,
    input: InputRule = .same, low: ChannelValues = .inputSpec, high: ChannelValues = .inputSpec,
    stabilizer: Double = 1e-6, maxPool: MaxPoolRelevance = .winner, bias: BiasShare = .share,
    batchNorm: MergeBatchNormRewrite.Remnant = .zennit
  ) {
    self.rule = rule
    self.epsilon = epsilon
    self.gamma = gamma
    self.alpha = alpha
    self.beta = beta
    self.input = input
    self.low = low
    self.high = high
    self.stabilizer = stabilizer
    self.maxPool = maxPool
    self.bias = bias
    self.batchNorm = batchNorm
  }

  public var name: String { "lrp-\(rule.rawValue)" }

  public var options: [MethodOption<Self>] {
    var own: [MethodOption<Self>] = []
    let positive = 0...Double.infinity
    switch rule {
    case .epsilon: own = [.number("epsilon", \.epsilon, "ε in the denominator", in: positive)]
    case .gamma:
      own = [.number("gamma", \.gamma, "how much more favoured weights count", in: positive)]
    case .alphaBeta:
      own = [
        .number("alpha", \.alpha, "weight of exciting contributions", in: positive),
        .number("beta", \.beta, "weight of inhibiting ones; alpha − beta = 1", in: positive),
      ]
    default: break
    }
    return own + [
      .choice("input", \.input, "the rule at the first weighted layer"),
      .channelValues("low", \.low, "the input's lowest value, for the z-box"),
      .channelValues("high", \.high, "the input's highest value, for the z-box"),
    ] + Self.relevanceOptions
  }

  public func rules(
    for graph: Graph, of model: Model, input tensor: Tensor?
  ) throws -> RuleMap {
    if rule == .alphaBeta, abs(alpha - beta - 1) > 1e-9 {
      throw InterpretabilityError(
        .invalidOption, "alpha − beta must be 1 to conserve relevance; got \(alpha) − \(beta)")
    }
    var weighted: [(NodeSelector, any PropagationRule)] = []
    switch input {
    case .same: break
    case .zBox:
      weighted = try InputBox(low, high, model: model, input: tensor)
        .rules(for: .firstWeighted, in: graph, stabilizer: stabilizer)
    case .wSquare: weighted = [(.firstWeighted, WSquareRule(stabilizer: stabilizer))]
    case .flat: weighted = [(.firstWeighted, FlatRule(stabilizer: stabilizer))]
    }
    return try ruleMap(weighted + [(.weighted, weightedRule)], for: graph)
  }

  private var weightedRule: any PropagationRule {
    switch rule {
    case .zero: EpsilonRule(epsilon: 0, bias: bias)
    case .epsilon: EpsilonRule(epsilon: epsilon, bias: bias)
    case .gamma: GammaRule(gamma: gamma, stabilizer: stabilizer, bias: bias)
    case .alphaBeta: AlphaBetaRule(alpha: alpha, beta: beta, stabilizer: stabilizer, bias: bias)
    case .zPlus: AlphaBetaRule(alpha: 1, beta: 0, stabilizer: stabilizer, bias: bias)
    case .wSquare: WSquareRule(stabilizer: stabilizer)
    case .flat: FlatRule(stabilizer: stabilizer)
    }
  }
}

extension LRP: Cataloged {
  public static var entries: [any CatalogEntry] {
    let bach = "bach2015pixel"
    return [
      MethodEntry(LRP(.zero), "Relevance by contribution (LRP-0).", cites: [bach]),
      MethodEntry(
        LRP(.epsilon), "Relevance by contribution, with weak ones absorbed (LRP-ε).", cites: [bach]),
      MethodEntry(
        LRP(.gamma), "Relevance by contribution, favouring the output's sign (LRP-γ).",
        cites: ["montavon2019layer", "andeol2021learning"]),
      MethodEntry(
        LRP(.alphaBeta), "Exciting and inhibiting contributions weighed apart (LRP-αβ).",
        cites: [bach]),
      MethodEntry(
        LRP(.zPlus), "Relevance by exciting contributions alone (LRP-z⁺).",
        cites: ["montavon2017explaining"]),
      MethodEntry(
        LRP(.wSquare), "Relevance by squared weights, whatever the input (LRP-w²).",
        cites: ["montavon2017explaining"]),
      MethodEntry(
        LRP(.flat), "Relevance in equal parts to all inputs of a unit (LRP-flat).",
        cites: ["lapuschkin2019unmasking"]),
    ]
  }
}
