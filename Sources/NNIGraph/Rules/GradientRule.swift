/// The derivative: `g_j = Σ_k ∂z_k/∂a_j · g_k`.
///
/// Relevance is carried along likewise, which is right where elements are only moved.
public struct GradientRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading { .derivative }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    Propagated(try step.pullback(signal.value), like: signal)
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
