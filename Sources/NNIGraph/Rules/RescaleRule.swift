/// DeepLIFT's Rescale: the multiplier of a nonlinearity is `Δy/Δz`, and the derivative where `Δz` is
/// nearly zero (1e-7 in float32, 1e-12 in float64).
///
/// - Reference: Shrikumar et al. 2017, *Learning Important Features Through Propagating Activation
///   Differences*, equation 6 (`shrikumar2017learning`).
public struct RescaleRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  /// Of a signal that is not split.
  public func reading(at layer: any Layer) -> RuleReading { .values }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let (x, start) = (step.inputs[0], try comparison.value(step.node.inputIndices[0]))
    let isReLU = (step.node.layer as? ActivationLayer)?.function == .relu
    let tiny = step.negligibleDifference
    // The kernel knows the derivative of a ReLU; of others it is seldom needed.
    let needsDerivative = try !isReLU && x.isClose(to: start, within: tiny)
    return Propagated([
      try .call(
        "nni::rescale", .tensor(m), .tensor(x), .tensor(start), .tensor(step.output),
        .tensor(comparison.value(step.index)), .double(tiny),
        .optional(needsDerivative ? step.pullback(m)[0] : nil))
    ])
  }
}

extension PropagationRule where Self == RescaleRule {
  /// DeepLIFT's Rescale.
  public static var rescale: Self { RescaleRule() }
}
