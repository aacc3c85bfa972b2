import NNInterpretability

/// A propagation rule of one's own: relevance in proportion to the square of what each input contributes.
///
///     R_j = Σ_k (a_j w_jk)² / (Σ_i (a_i w_ik)² + ε) · R_k
public struct SquaredShareRule: PropagationRule {
  /// ε, which keeps the denominator from zero.
  public var stabilizer: Double

  public init(stabilizer: Double = 1e-6) { self.stabilizer = stabilizer }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    var layer = try step.layer(as: (any LinearLayer).self, for: self)
    layer.weight = try layer.weight.squared()
    layer.bias = nil
    let input = try step.inputs[0].squared()
    let denominator = try layer.forward([input]) + stabilizer
    let relevance = try step.relevance(of: signal)
    let shares = try input * layer.transposed(relevance / denominator, like: input)
    return Propagated(
      relevance: [shares],
      absorbed: [.stabilizer: try relevance.sumPerSample() - shares.sumPerSample()])
  }
}

extension SquaredShareRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("squared-share", parameters: ["epsilon"]) {
        SquaredShareRule(stabilizer: try $0.number("epsilon", $0.stabilizer))
      }
    ]
  }
}
