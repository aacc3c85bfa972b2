/// DeepLIFT's RevealCancel: positive and negative contributions to a unit get multipliers of their own,
/// so that two that cancel are both seen.
///
///     Δy⁺ = ½[f(z₀+Δz⁺) − f(z₀)] + ½[f(z₀+Δz⁺+Δz⁻) − f(z₀+Δz⁻)]      m⁺ = Δy⁺/Δz⁺ · m
///     Δy⁻ = ½[f(z₀+Δz⁻) − f(z₀)] + ½[f(z₀+Δz⁺+Δz⁻) − f(z₀+Δz⁺)]      m⁻ = Δy⁻/Δz⁻ · m
///
/// `Δz⁺` and `Δz⁻` are the sums of the positive and of the negative contributions that enter the unit
/// (see ``ReferenceTrace``), not the sign of its own difference, with which the rule would be Rescale.
///
/// A logarithm or a root need not be defined at `z₀ + Δz⁺` or `z₀ + Δz⁻`, between which the unit itself
/// never lies: there both multipliers are those of Rescale.
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
    let isDefined = try Tensor.call("aten::isfinite", .tensor(risen + fallen))
    let whole = try step.ratio(
      comparison.difference(step.index) * m, comparison.difference(source), otherwise: derivative)
    // What rounding leaves of contributions that are not there must not be divided by.
    let rounding = try (step.inputs[0].magnitude() + start.magnitude()) * step.rounding
    func multiplier(_ rise: Tensor, _ change: Tensor) throws -> Tensor {
      let isThere = try Tensor.call(
        "aten::gt.Tensor", .tensor(change.magnitude()), .tensor(rounding))
      return try step.ratio(
        rise * m, change.selected(where: isThere, otherwise: 0), otherwise: derivative
      ).selected(where: isDefined, otherwise: whole)
    }
    return Propagated([
      Signal(
        positive: try multiplier(risen, parts.positive),
        negative: try multiplier(fallen, parts.negative))
    ])
  }
}

extension PropagationRule where Self == RevealCancelRule {
  /// DeepLIFT's RevealCancel.
  public static var revealCancel: Self { RevealCancelRule() }
}
