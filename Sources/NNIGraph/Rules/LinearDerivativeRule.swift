/// The derivative of a linear layer, whose bias keeps its share: relevance `b · g`; so do constants that stand beside
/// a value, such as a class token.
///
/// Nothing is divided: with `a · g` as relevance, inputs and bias together have that of the output.
///
/// - Reference: Arras et al. 2025, *A Close Look at Decomposition-based XAI-Methods for Transformer Language
///   Models*, section 3 (`arras2025close`), LRP-0 in the form of a gradient.
public struct LinearDerivativeRule: PropagationRule {
  /// Under which cause each constant that stands before or after a value counts, in the value's order; where there
  /// are none, or another number of them, under ``Ledger/Cause/bias``.
  public var constants: [Ledger.Cause]

  /// Creates the rule.
  public init(constants: [Ledger.Cause] = []) { self.constants = constants }

  public func reading(at layer: any Layer) -> RuleReading {
    RuleReading(inputs: false, output: layer is SurroundLayer)
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let layer = step.node.layer
    if layer is any LinearLayer, signal.form == .relevance {
      return try EpsilonRule(epsilon: 0).propagate(signal, through: step)
    }
    let signals = try step.pullback(signal.value)
    if let layer = layer as? SurroundLayer {
      return Propagated(signals, like: signal, absorbed: try kept(signal, layer, step))
    }
    guard let bias = try (layer as? any LinearLayer)?.alignedBias(rank: step.output.rank) else {
      return Propagated(signals, like: signal)
    }
    // An element that a mask makes infinite has no part in anything.
    let kept = try signal.value.sumPerSample(weightedBy: bias.finitePart())
    return Propagated(signals, absorbed: [.bias: kept])
  }

  /// The relevance of the constants before and after a value, by cause.
  private func kept(
    _ signal: Signal, _ layer: SurroundLayer, _ step: Step
  ) throws -> [Ledger.Cause: Tensor] {
    let relevance = try step.relevance(of: signal)
    let axis = try relevance.sampleAxis(layer.axis)
    let length = relevance.shape[axis]
    let (before, after) = (layer.before?.shape[axis] ?? 0, layer.after?.shape[axis] ?? 0)
    let places = Array(0..<before) + Array((length - after)..<length)
    let causes =
      constants.count == places.count ? constants : places.map { _ in Ledger.Cause.bias }
    var absorbed: [Ledger.Cause: Tensor] = [:]
    for (place, cause) in zip(places, causes) {
      let sum = try relevance.narrowed(axis: axis, to: place..<place + 1).sumPerSample()
      absorbed[cause] = try absorbed[cause].map { try $0 + sum } ?? sum
    }
    return absorbed
  }
}
