/// DeepLIFT at max pooling, complete for any reference and for windows that overlap.
///
/// With `y* = max(y, y₀)`, the part `y* − y₀` of the difference goes to the winner of the input's
/// window and `y − y*` to the winner of the reference's. At a position that wins in several windows the
/// parts add up; the sum divided by the position's own difference is its multiplier. No part falls on a
/// position without a difference: the input's winner has `Δa ≥ y − y₀` where `y > y₀`, the
/// reference's `Δa ≤ y − y₀` where `y < y₀`.
///
/// Captum and SHAP assign where this adds, and lose what overlapping windows share (residuals of half
/// the difference and more were measured); DeepLIFT's own code takes the derivative.
///
/// - Reference: the split is that of Lundberg and Lee 2017's DeepSHAP code; the completeness condition
///   that of Shrikumar et al. 2017, equation 1 (`shrikumar2017learning`).
public struct MaxPoolDifferenceRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let start = try comparison.value(step.node.inputIndices[0])
    let pooled = try comparison.value(step.index)
    let reference = try Tape([start], step.node.layer.forward)
    let larger = try Tensor.call("aten::maximum", .tensor(step.output), .tensor(pooled))
    let parts =
      try step.pullback((larger - pooled) * m)[0]
      + reference.pullback((step.output - larger) * m)[0]
    let change = try step.inputs[0] - start
    return Propagated([try step.ratio(parts, change, otherwise: step.pullback(m)[0])])
  }
}

extension PropagationRule where Self == MaxPoolDifferenceRule {
  /// DeepLIFT at max pooling.
  public static var maxPoolDifference: Self { MaxPoolDifferenceRule() }
}
