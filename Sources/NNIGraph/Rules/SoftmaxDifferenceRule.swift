/// DeepLIFT's multipliers of a softmax in closed form, complete and in one pass.
///
/// With `L(p, q) = (p − q) / (ln p − ln q)` and `a = exp(s − c)` for one `c`, `S = Σ a`, `y = a / S`:
/// `m_j = g_j L(y_j, y⁰_j) − L(a_j, a⁰_j) / L(S, S⁰) · Σ_i g_i L(y_i, y⁰_i)`. The result does not depend on
/// `c`. Of a logarithm, `ln y = s − ln S`, it is `m_j = g_j − L(a_j, a⁰_j) / L(S, S⁰) · Σ_i g_i`.
///
/// - Reference: the chain rule of Shrikumar et al. 2017, section 3.3 (`shrikumar2017learning`), along
///   `s ↦ s − ln S ↦ exp`: the logarithmic mean is the quotient of differences of `exp`, and of `ln` its
///   inverse.
public struct SoftmaxDifferenceRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    guard let layer = step.node.layer as? SoftmaxLayer else {
      return try PathRule().propagate(signal, through: step)
    }
    let g = try step.whole(signal, for: self)
    let s = step.inputs[0]
    let other = try comparison.value(step.node.inputIndices[0])
    let first = layer.axis < 0 ? layer.axis + s.rank : layer.axis
    let axes = layer.isMergingAxes ? Array(first..<s.rank) : [first]
    func sum(_ x: Tensor) throws -> Tensor { try x.sum(over: axes, keepingAxes: true) }
    let largest = try Tensor.call(
      "aten::maximum", .tensor(s.maximum(over: axes, keepingAxes: true)),
      .tensor(other.maximum(over: axes, keepingAxes: true)))
    let a = try Tensor.call("aten::exp", .tensor(s - largest))
    let b = try Tensor.call("aten::exp", .tensor(other - largest))
    let (total, otherTotal) = (try sum(a), try sum(b))
    let totalDifference = try Tensor.call("aten::log", .tensor(total / otherTotal))
    // Where a mask makes both scores −∞, nothing differs.
    let raw = try s - other
    let isMasked = try Tensor.call("aten::isnan", .tensor(raw))
    let difference = try raw.zerosLike().selected(where: isMasked, otherwise: raw)
    let exponentials = try logarithmicMean(a, b, difference)
    let share = try exponentials / logarithmicMean(total, otherTotal, totalDifference)
    if layer.isLogarithmic { return Propagated([try g - share * sum(g)]) }
    let values = try logarithmicMean(a / total, b / otherTotal, difference - totalDifference)
    return Propagated([try g * values - share * sum(g * values)])
  }

  /// `L(p, q) = q expm1(d) / d` with `d = ln p − ln q`; `p` where `d` is 0, and 0 where one of the two is.
  private func logarithmicMean(
    _ p: Tensor, _ q: Tensor, _ difference: Tensor
  ) throws -> Tensor {
    let ratio = try Tensor.call("aten::expm1", .tensor(difference)) / difference
    let mean = try p.selected(where: difference.isEqual(to: 0), otherwise: q * ratio)
    let isNone = try Tensor.call(
      "aten::logical_or", .tensor(p.isEqual(to: 0)), .tensor(q.isEqual(to: 0)))
    return try p.zerosLike().selected(where: isNone, otherwise: mean)
  }
}

extension PropagationRule where Self == SoftmaxDifferenceRule {
  /// DeepLIFT's multipliers of a softmax in closed form.
  public static var softmaxDifference: Self { SoftmaxDifferenceRule() }
}
