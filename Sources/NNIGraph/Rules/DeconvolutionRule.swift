/// DeConvNet at a rectifier: `g ← max(g, 0)`, whatever the unit's own activation was.
///
/// - Reference: Zeiler and Fergus 2014, *Visualizing and Understanding Convolutional Networks*,
///   section 2.1 (`zeiler2014visualizing`).
public struct DeconvolutionRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading { .derivative }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    Propagated([try signal.value.positivePart()])
  }
}

extension PropagationRule where Self == DeconvolutionRule {
  /// DeConvNet at a rectifier.
  public static var deconvolution: Self { DeconvolutionRule() }
}
