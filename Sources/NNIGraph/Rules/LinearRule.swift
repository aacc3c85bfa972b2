/// DeepLIFT's rule at a linear layer.
///
/// A signal that is not split goes back through the transposed weights. A split one, with multipliers
/// `m⁺` and `m⁻` of the positive and of the negative part of the output's difference, gives an input
///
///     w⁺ᵀm⁺ + w⁻ᵀm⁻  where Δa > 0      w⁺ᵀm⁻ + w⁻ᵀm⁺  where Δa < 0      ½ wᵀ(m⁺ + m⁻)  where Δa = 0
///
/// The sign is that of the input's whole difference. An affine layer, a scale for each element, hands
/// both parts on instead, exchanged where the scale is negative.
///
/// - Reference: Shrikumar et al. 2017, section 3.5.1 and its supplement (`shrikumar2017learning`).
public struct LinearRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  /// Of a signal that is not split.
  public func reading(at layer: any Layer) -> RuleReading { .derivative }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    guard let negative = signal.negative else {
      return Propagated(try step.pullback(signal.value))
    }
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    let (rising, falling) = (try layer.weighing(.rising), try layer.weighing(.falling))
    func back(_ up: Tensor, _ down: Tensor) throws -> Tensor {
      try rising.transposed(up, like: step.inputs[0])
        + falling.transposed(down, like: step.inputs[0])
    }
    let (forPositive, forNegative) = try (
      back(signal.value, negative), back(negative, signal.value)
    )
    if layer.kind == .affine {
      return Propagated([Signal(positive: forPositive, negative: forNegative)])
    }
    let source = step.node.inputIndices[0]
    let change = try step.inputs[0] - step.comparison(for: self).value(source)
    let split = Signal(positive: forPositive, negative: forNegative)
    return Propagated([try split.multiplier(of: change)])
  }
}

extension PropagationRule where Self == LinearRule {
  /// DeepLIFT's rule at a linear layer.
  public static var linear: Self { LinearRule() }
}
