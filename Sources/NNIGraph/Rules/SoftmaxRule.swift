/// The derivative of a softmax, which conserves no relevance; what it keeps is in the ledger.
///
/// With `s = softmax(x)` a multiplier becomes `s_j (g_j − Σ_i s_i g_i)`; relevance that arrives becomes
/// `x_j (R_j − s_j Σ_i R_i)`, where nothing is divided either. An element that a mask makes infinite has no part.
///
/// Multipliers of a row sum to 0, so that what it keeps is the same for `ln s` as for `x`, which need not be held.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, proposition 3.1 (`achtibat2024attnlrp`).
public struct SoftmaxRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: !Self.isSoftmax(layer), output: true)
  }

  private static func isSoftmax(_ layer: any Layer) -> Bool {
    (layer as? SoftmaxLayer)?.isLogarithmic == false
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let arriving =
      try signal.form == .relevance
      ? signal.value.sumPerSample() : signal.value.sumPerSample(of: step.output)
    let isSoftmax = Self.isSoftmax(step.node.layer)
    let multipliers: [Tensor]
    if signal.form == .relevance, isSoftmax {
      // s g = R, so that s (g − Σ s g) = R − s Σ R, and the sum over the axis is that of the derivative by 1 / s.
      multipliers = try step.pullback(signal.multiplier(at: step.output))
    } else {
      multipliers = try step.pullback(signal.value)
    }
    let values = isSoftmax ? [step.output] : step.inputs
    let kept = try zip(multipliers, values).reduce(arriving) { kept, next in
      try kept - next.0.sumPerSample(of: next.1, isLogarithmic: isSoftmax)
    }
    return Propagated(multipliers, absorbed: [.softmax: kept])
  }
}

/// A node whose value counts as a constant: its inputs get nothing, and it keeps all relevance.
///
/// - Reference: Ali et al. 2022, *XAI for Transformers*, section 4.1 (`ali2022xai`), for attention's weights.
public struct ConstantRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: false, output: true)
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let cause: Ledger.Cause = step.node.layer.kind == .softmax ? .softmax : .constant
    return Propagated(
      try step.inputs.map { try $0.zerosLike() },
      absorbed: [cause: try step.relevance(of: signal).sumPerSample()])
  }
}

extension SoftmaxRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("softmax") { _ in SoftmaxRule() }
    ]
  }
}

extension ConstantRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("constant") { _ in ConstantRule() }
    ]
  }
}
