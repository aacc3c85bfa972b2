/// DeepLIFT at max pooling, complete for any reference and for windows that overlap.
///
/// With `y* = max(y, y₀)`, the part `y* − y₀` of the difference goes to the winner of the input's
/// window and `y − y*` to the winner of the reference's. At a position that wins in several windows the
/// parts add up; the sum divided by the position's own difference is its multiplier. No part falls on a
/// position without a difference: the input's winner has `Δa ≥ y − y₀` where `y > y₀`, the
/// reference's `Δa ≤ y − y₀` where `y < y₀`.
///
/// A constant reference ties everywhere. Among positions that tie in the reference's window, up to rounding,
/// the one with the largest input wins, so that for a zero image the rule is the derivative, and no position is
/// preferred for its place in memory.
///
/// Captum and SHAP assign where this adds, and lose what overlapping windows share (residuals of half
/// the difference and more were measured); DeepLIFT's own code takes the derivative.
///
/// - Reference: the split is that of Lundberg and Lee 2017's DeepSHAP code; the completeness condition
///   that of Shrikumar et al. 2017, equation 1 (`shrikumar2017learning`).
public struct MaxPoolDifferenceRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: true, output: false)
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let pool = try step.layer(as: (any MaxPoolingLayer).self, for: self)
    let (input, start) = try (step.inputs[0], comparison.value(step.node.inputIndices[0]))
    let window = pool.window(over: input.shape)
    func multipliers(_ m: Tensor, _ input: Tensor, _ start: Tensor) throws -> Tensor {
      try .call(
        "nni::max_pool_difference", .tensor(m), .tensor(input), .tensor(start),
        .ints(window.size), .ints(window.stride), .ints(window.paddingBefore),
        .ints(window.dilation), .double(step.negligibleDifference))
    }
    if window.size.count == input.rank - 2 {
      return Propagated([try multipliers(m, input, start)])
    }
    // The windows take channels in: all of them are one channel's positions.
    let extents = zip(input.shape.dropFirst(), window.size).map { $0 / $1 }
    let result = try multipliers(
      m.reshaped([input.shape[0], 1] + extents), input.unsqueezed(1), start.unsqueezed(1))
    return Propagated([try result.reshaped(input.shape)])
  }
}

extension PropagationRule where Self == MaxPoolDifferenceRule {
  /// DeepLIFT at max pooling.
  public static var maxPoolDifference: Self { MaxPoolDifferenceRule() }
}
