/// Guided backpropagation at a rectifier: `g ← 1[z > 0] · max(g, 0)`.
///
/// - Reference: Springenberg et al. 2015, *Striving for Simplicity*, section 3.4
///   (`springenberg2015striving`).
public struct GuidedRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading { .derivative }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    Propagated(try step.pullback(signal.value.positivePart()))
  }
}

extension PropagationRule where Self == GuidedRule {
  /// Guided backpropagation at a rectifier.
  public static var guided: Self { GuidedRule() }
}
