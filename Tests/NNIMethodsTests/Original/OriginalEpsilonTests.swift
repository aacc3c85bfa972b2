import NNIModels
import NNITestSupport
import Testing

/// The rows of the original's own ε, a tenth of the root mean square of the whole batch, also at pools: no
/// method of ours has it, but a rule written for the purpose gives the original's numbers on our
/// traversal, and so proves the composite's other rules.
@Suite struct OriginalEpsilonTests {
  /// The original's rule: `R_j = a_j Σ_k w_jk R_k / (z_k + 1e-9 + factor · √mean(z²))`.
  struct OriginalRule: PropagationRule {
    var factor: Double

    func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
      let z = step.output
      let scale = try z.squared().sum().item() / Double(z.count)
      let c = try step.relevance(of: signal) / (z + (1e-9 + factor * scale.squareRoot()))
      return Propagated(try step.pullback(c))
    }
  }

  /// LRP-ε everywhere, as the original has it.
  private func epsilonRules(isBoxed: Bool) throws -> RuleMap {
    let everywhere = OriginalRule(factor: 0.1)
    return RuleMap(
      try boxed(isBoxed) + [
        (.weighted, everywhere), (.kind(.maxPooling), everywhere),
        (.kind(.structural), .gradient), (.any, .passThrough),
      ])
  }

  /// α1β0 in the lowest third of the list of layers, ε in the middle, where only the second pool lies,
  /// and LRP-0 above.
  private var compositeRules: RuleMap {
    get throws {
      RuleMap(
        try boxed(true) + [
          (.kind(.convolution), AlphaBetaRule(alpha: 1, beta: 0, stabilizer: 1e-9)),
          (.node("features.pool2"), OriginalRule(factor: 0.1)),
          (.kind(.dense), .epsilon(0)), (.kind(.maxPooling), .gradient),
          (.kind(.structural), .gradient), (.any, .passThrough),
        ])
    }
  }

  private func boxed(_ isBoxed: Bool) throws -> [(NodeSelector, any PropagationRule)] {
    let low = try Tensor.full([1, 1, 28, 28], -1, dtype: .float64)
    return isBoxed
      ? [(.firstWeighted, ZBoxRule(low: low, high: try low.negated(), stabilizer: 1e-9))] : []
  }

  @Test(
    arguments: try OriginalGoldenTests.rows().filter {
      $0.quantity.hasPrefix("LRP-eps") || $0.quantity.hasPrefix("LRP composite")
    })
  func theMapIsTheSame(_ row: OriginalGoldenTests.Row) throws {
    let model = try OriginalPackage.model()
    let rules =
      try row.quantity.hasPrefix("LRP composite")
      ? compositeRules : epsilonRules(isBoxed: row.quantity.contains("[-1,1]"))
    let trace = try model.graph.trace(row.digit.image())
    let label = row.digit.label
    let logit = try trace.output.selected(axis: 1, index: label).item()
    let seed = try Tensor((0..<10).map { $0 == label ? logit : 0 }, shape: [1, 10])
    let signal = try trace.propagate(
      [model.graph.output: Signal(relevance: seed)], using: rules
    ).signal(at: model.graph.input)
    try OriginalGoldenTests.expectSame(signal.relevance(of: trace[model.graph.input]), row)
  }
}
