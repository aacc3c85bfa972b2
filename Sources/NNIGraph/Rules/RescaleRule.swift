/// DeepLIFT's Rescale: the multiplier of a nonlinearity is `Δy/Δz`, and the derivative where `Δz` is
/// nearly zero (1e-7 in float32, 1e-12 in float64).
///
/// - Reference: Shrikumar et al. 2017, *Learning Important Features Through Propagating Activation
///   Differences*, equation 6 (`shrikumar2017learning`).
public struct RescaleRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  /// Of a signal that is not split; a smooth function's value is computed again, for it takes memory for longer than time.
  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: true, output: Self.isReLU(layer))
  }

  private static func isReLU(_ layer: any Layer) -> Bool {
    (layer as? ActivationLayer)?.function == .relu
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let (layer, source) = (step.node.layer, step.node.inputIndices[0])
    let isReLU = Self.isReLU(layer)
    let (value, start) =
      try isReLU
      ? (step.output, comparison.value(step.index))
      : (layer.forward(step.inputs), comparison.value(source) { try layer.forward([$0]) })
    return Propagated([
      try .call(
        "nni::rescale", .tensor(m), .tensor(step.inputs[0]), .tensor(comparison.value(source)),
        .tensor(value), .tensor(start), .double(step.negligibleDifference),
        .optional(isReLU ? nil : step.pullback(m)[0]))
    ])
  }
}

extension PropagationRule where Self == RescaleRule {
  /// DeepLIFT's Rescale.
  public static var rescale: Self { RescaleRule() }
}
