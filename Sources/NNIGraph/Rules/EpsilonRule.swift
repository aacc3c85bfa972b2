/// LRP-ε, and with `epsilon: 0` LRP-0.
///
///     R_j = Σ_k  a_j w_jk / (z_k + ε·sign(z_k)) · R_k         sign(0) = +1
///
/// With a multiplier `g` in place of `R_k = g_k z_k`, and with one handed on, no input is divided by:
///
///     g_j = Σ_k  w_jk · z_k / (z_k + ε·sign(z_k)) · g_k
///
/// which with ε = 0 is the derivative. Relevance that arrives is divided by `z_k`, and a unit with `z_k = 0` then
/// hands nothing on. ε is absolute, as in zennit; the original
/// package scales it by the root mean square of the whole batch, which couples samples.
///
/// - Reference: Bach et al. 2015, *On Pixel-Wise Explanations for Non-Linear Classifier Decisions by
///   Layer-Wise Relevance Propagation*, equations 56 and 58 (`bach2015pixel`).
public struct EpsilonRule: PropagationRule {
  /// ε, 0 or more.
  public var epsilon: Double
  public var bias: BiasShare

  /// Creates the rule.
  public init(epsilon: Double = 1e-6, bias: BiasShare = .share) {
    self.epsilon = epsilon
    self.bias = bias
  }

  public var settings: String { "ε = \(epsilon)" }

  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: false, output: !isDerivative)
  }

  /// Whether it is the derivative where a multiplier arrives.
  private var isDerivative: Bool { epsilon == 0 && bias == .share }

  /// Whether a layer makes elements infinite, which then have no relevance to share.
  private static func isMask(_ layer: any LinearLayer) throws -> Bool {
    guard layer.kind == .affine, let bias = layer.bias else { return false }
    return try !bias.isFinite()
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    // The recorded pass has z already: one backward pass is all.
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    if try signal.form == .multiplier && (isDerivative || Self.isMask(layer)) {
      return try LinearDerivativeRule().propagate(signal, through: step)
    }
    let division = try Division(
      step.relevance(of: signal), by: step.value(of: layer, bias), stabilizer: epsilon,
      biasOf: bias == .share ? layer : nil)
    return Propagated(try step.pullback(division.quotient), absorbed: division.absorbed)
  }
}

extension PropagationRule where Self == EpsilonRule {
  /// LRP-ε; see ``EpsilonRule``.
  public static func epsilon(_ epsilon: Double = 1e-6, bias: BiasShare = .share) -> Self {
    EpsilonRule(epsilon: epsilon, bias: bias)
  }
}

extension EpsilonRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("zero") { EpsilonRule(epsilon: 0, bias: $0.bias) },
      RuleEntry("epsilon", parameters: ["epsilon"]) {
        EpsilonRule(epsilon: try $0.number("epsilon", 1e-6), bias: $0.bias)
      },
    ]
  }
}
