/// A rectifier's derivative that wakes what is asleep: where the derivative of a whole sample would be
/// zero, it passes through cut-off elements that it would raise.
///
/// With the signal `g` of an objective that is to grow and the input `a`: `g` where `a > 0`, and if that is
/// zero for a whole sample, `g` where `a > 0` or `g > 0`.
///
/// This is no derivative: it leads an image to where a neuron that is silent begins to answer.
///
/// - Reference: Lucid's `redirected_relu_grad` (`misc/redirected_relu_grad.py`), which
///   `olah2017feature` uses; there a loss is to shrink, so that signs are opposite.
public struct RedirectedRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: true, output: false)
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let usual = try step.pullback(signal.value)[0]
    let input = step.inputs[0]
    let redirected = try signal.value.selected(
      where: .call(
        "aten::logical_or", .tensor(input.isGreater(than: 0)),
        .tensor(signal.value.isGreater(than: 0))),
      otherwise: 0)
    let isSilent = try usual.magnitude().flattened(from: 1).maximum(over: [1]).isEqual(to: 0)
      .reshaped([-1] + usual.shape.dropFirst().map { _ in 1 })
    return Propagated([try redirected.selected(where: isSilent, otherwise: usual)])
  }
}
