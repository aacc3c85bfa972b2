/// DeepLIFT at max pooling, complete for any reference and for windows that overlap.
///
/// With `y* = max(y, y₀)`, the part `y* − y₀` of the difference goes to the winner of the input's
/// window and `y − y*` to the winner of the reference's. At a position that wins in several windows the
/// parts add up; the sum divided by the position's own difference is its multiplier. No part falls on a
/// position without a difference: the input's winner has `Δa ≥ y − y₀` where `y > y₀`, the
/// reference's `Δa ≤ y − y₀` where `y < y₀`.
///
/// A constant reference ties everywhere. Among positions that tie in the reference's window the one with
/// the largest input wins, so that for a zero image the rule is the derivative, and no position is
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

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let start = try comparison.value(step.node.inputIndices[0])
    let pooled = try comparison.value(step.index)
    let larger = try Tensor.call("aten::maximum", .tensor(step.output), .tensor(pooled))
    let ranks = try Self.ranks(of: start, then: step.inputs[0])
    let reference = try Tape([ranks], step.node.layer.forward)
    let falling = try ((step.output - larger) * m).converted(to: ranks.dtype)
    let parts =
      try step.pullback((larger - pooled) * m)[0]
      + reference.pullback(falling)[0].converted(to: m.dtype)
    let change = try step.inputs[0] - start
    return Propagated([try step.ratio(parts, change, otherwise: step.pullback(m)[0])])
  }

  /// The place of each element of `[N, C, …]` among those of its channel, larger for larger values of
  /// `first`, among equal ones for larger values of `second`, and then for those that come earlier.
  ///
  /// A max pool of the places has the winners that one of the pairs would have. Float64 holds whole
  /// numbers exactly as far as any image reaches.
  private static func ranks(of first: Tensor, then second: Tensor) throws -> Tensor {
    let rows = [first.shape[0] * first.shape[1], -1]
    func falling(_ values: Tensor) throws -> Tensor {
      // Stable, along the last axis, the largest first.
      try .call(
        "aten::argsort.stable", .tensor(values), .bool(true), .int(-1), .bool(true))
    }
    func gathered(_ values: Tensor, _ places: Tensor) throws -> Tensor {
      try .call("aten::gather", .tensor(values), .int(1), .tensor(places))
    }
    let bySecond = try falling(second.reshaped(rows))
    let order = try gathered(bySecond, falling(gathered(first.reshaped(rows), bySecond)))
    let count = order.shape[1]
    let places = try Tensor((0..<count).map { -Double($0) }, shape: [1, count])
      .moved(to: first.device).expanded(to: order.shape)
    return try Tensor.call(
      "aten::scatter.src", .tensor(places), .int(1), .tensor(order), .tensor(places)
    ).reshaped(first.shape)
  }
}

extension PropagationRule where Self == MaxPoolDifferenceRule {
  /// DeepLIFT at max pooling.
  public static var maxPoolDifference: Self { MaxPoolDifferenceRule() }
}
