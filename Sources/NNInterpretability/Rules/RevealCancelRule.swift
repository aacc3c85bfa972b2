/// DeepLIFT's RevealCancel: positive and negative contributions to a unit get multipliers of their own,
/// so that two that cancel are both seen.
///
///     Δy⁺ = ½[f(z₀+Δz⁺) − f(z₀)] + ½[f(z₀+Δz⁺+Δz⁻) − f(z₀+Δz⁻)]      m⁺ = Δy⁺/Δz⁺ · m
///     Δy⁻ = ½[f(z₀+Δz⁻) − f(z₀)] + ½[f(z₀+Δz⁺+Δz⁻) − f(z₀+Δz⁺)]      m⁻ = Δy⁻/Δz⁻ · m
///
/// `Δz⁺` and `Δz⁻` are the sums of the positive and of the negative contributions that enter the unit
/// (see ``ReferenceTrace``), not the sign of its own difference, with which the rule would be Rescale.
///
/// - Reference: Shrikumar et al. 2017, section 3.5.3 (`shrikumar2017learning`).
public struct RevealCancelRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let source = step.node.inputIndices[0]
    let start = try comparison.value(source)
    let parts = try comparison.parts(source)

    func f(_ z: Tensor) throws -> Tensor { try step.node.layer.forward([z]) }
    let atStart = try comparison.value(step.index)
    let (afterPositive, afterNegative) = (
      try f(start + parts.positive), try f(start + parts.negative)
    )
    // Both orders of arrival count half.
    let risen = try ((afterPositive - atStart) + (step.output - afterNegative)) * 0.5
    let fallen = try ((afterNegative - atStart) + (step.output - afterPositive)) * 0.5
    let derivative = try step.pullback(m)[0]
    return Propagated([
      Signal(
        positive: try step.ratio(risen * m, parts.positive, otherwise: derivative),
        negative: try step.ratio(fallen * m, parts.negative, otherwise: derivative))
    ])
  }
}

extension PropagationRule where Self == RevealCancelRule {
  /// DeepLIFT's RevealCancel.
  public static var revealCancel: Self { RevealCancelRule() }
}
