/// The derivative: `g_j = Σ_k ∂z_k/∂a_j · g_k`.
public struct GradientRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    Propagated(try step.pullback(signal.value))
  }
}

extension PropagationRule where Self == GradientRule {
  /// The derivative.
  public static var gradient: Self { GradientRule() }
}

extension GradientRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("gradient") { _ in GradientRule() }
    ]
  }
}
