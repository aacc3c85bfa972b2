/// DeepLIFT's multipliers of a softmax in closed form, complete and in one pass.
///
/// With `L(p, q) = (p − q) / (ln p − ln q)` and `a = exp(s)`, `S = Σ a`, `y = a / S`:
/// `m_j = g_j L(y_j, y⁰_j) − L(a_j, a⁰_j) / L(S, S⁰) · Σ_i g_i L(y_i, y⁰_i)`. Of a logarithm, `ln y = s − ln S`, it is
/// `m_j = g_j − L(a_j, a⁰_j) / L(S, S⁰) · Σ_i g_i`.
///
/// Scores may lie further apart than the exponential reaches: `L(p, q) = max(p, q) φ(|ln p − ln q|)` with
/// `φ(x) = (1 − e^(−x)) / x`, and quotients are taken of logarithms.
///
/// - Reference: the chain rule of Shrikumar et al. 2017, section 3.3 (`shrikumar2017learning`), along
///   `s ↦ s − ln S ↦ exp`: the logarithmic mean is the quotient of differences of `exp`, and of `ln` its
///   inverse.
public struct SoftmaxDifferenceRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    layer is SoftmaxLayer
      ? RuleReading(inputs: true, output: false) : PathRule().reading(at: layer)
  }

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
    if !layer.isLogarithmic, axes.last == s.rank - 1, s.device == .cpu {
      let width = axes.reduce(1) { $0 * s.shape[$1] }
      let rows = try [g, s, other].map { try $0.reshaped([-1, width]) }
      let m = try Tensor.call(
        "nni::softmax_difference", .tensor(rows[0]), .tensor(rows[1]), .tensor(rows[2]))
      return Propagated([try m.reshaped(s.shape)])
    }
    func sum(_ x: Tensor) throws -> Tensor { try x.sum(over: axes, keepingAxes: true) }
    func logarithmOfTotal(_ x: Tensor) throws -> Tensor {
      let largest = try x.maximum(over: axes, keepingAxes: true)
      let total = try sum(.call("aten::exp", .tensor(x - largest)))
      return try largest + .call("aten::log", .tensor(total))
    }
    func larger(_ x: Tensor, _ y: Tensor) throws -> Tensor {
      try .call("aten::maximum", .tensor(x), .tensor(y))
    }
    let (total, otherTotal) = (try logarithmOfTotal(s), try logarithmOfTotal(other))
    let totalDifference = try total - otherTotal
    // Where a mask makes both scores −∞, nothing differs.
    let raw = try s - other
    let isMasked = try Tensor.call("aten::isnan", .tensor(raw))
    let difference = try raw.zerosLike().selected(where: isMasked, otherwise: raw)
    let quotient = try Tensor.call(
      "aten::exp", .tensor(larger(s, other) - larger(total, otherTotal)))
    let share = try quotient * Self.mean(difference) / Self.mean(totalDifference)
    if layer.isLogarithmic { return Propagated([try g - share * sum(g)]) }
    let largest = try Tensor.call(
      "aten::exp", .tensor(larger(s - total, other - otherTotal)))
    let values = try largest * Self.mean(difference - totalDifference)
    return Propagated([try g * values - share * sum(g * values)])
  }

  /// `φ(|d|)`: the logarithmic mean of two numbers as a part of the larger, `d` being their logarithms' difference.
  private static func mean(_ difference: Tensor) throws -> Tensor {
    let size = try difference.magnitude()
    let share = try Tensor.call("aten::expm1", .tensor(size.negated())).negated() / size
    return try Tensor.full([1], 1, dtype: share.dtype).moved(to: share.device)
      .expanded(to: share.shape).selected(where: size.isEqual(to: 0), otherwise: share)
  }
}

extension PropagationRule where Self == SoftmaxDifferenceRule {
  /// DeepLIFT's multipliers of a softmax in closed form.
  public static var softmaxDifference: Self { SoftmaxDifferenceRule() }
}
