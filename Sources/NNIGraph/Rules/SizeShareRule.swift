/// Relevance of a sum or a mean by the sizes of its parts, `R_j = |a_j| Σ_k ∂s_k/∂|a_j| · R_k / s_k` with `s` the sum or
/// mean of the sizes; a multiplier passes by the derivative.
///
/// What a rule shares whatever the values, such as flat, may put much on a sum that is nearly zero, and parts that
/// cancel would get many times of it by ``ContributionRule``. Networks with layer norms or attention have such sums
/// at every skip connection.
public struct SizeShareRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading { .derivative }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    guard signal.form == .relevance else { return Propagated(try step.pullback(signal.value)) }
    let sizes = try step.inputs.map { try $0.magnitude() }
    // Of a difference the sizes add up, too.
    let layer: any Layer = step.node.layer is SumLayer ? SumLayer() : step.node.layer
    let tape = try Tape(sizes, layer.forward)
    let division = try Division(signal.value, by: tape.output, stabilizer: 0)
    let shares = try zip(sizes, tape.pullback(division.quotient)).map { try $0 * $1 }
    return Propagated(relevance: shares, absorbed: division.absorbed)
  }
}

extension SizeShareRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("size") { _ in SizeShareRule() }
    ]
  }
}
