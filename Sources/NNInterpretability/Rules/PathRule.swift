/// The node's derivative averaged along the straight way from the reference's inputs to the input's:
/// `m_j = ∫₀¹ Σ_k m_k ∂z_k/∂a_j dt`, which is complete for any differentiable node.
///
/// For a product of two inputs one node in the middle is exact, `m₁ = m (x₂⁰ + ½Δx₂)`. Softmax and
/// normalisations take thirty-two Gauss–Legendre nodes.
///
/// - Reference: the integral is that of Sundararajan et al. 2017, equation 1, for one node
///   (`sundararajan2017axiomatic`); for products the rule of DeepLIFT's authors' code.
public struct PathRule: PropagationRule {
  /// The number of nodes of the quadrature.
  public var steps: Int

  /// Creates the rule.
  public init(steps: Int = 32) { self.steps = steps }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let starts = try step.node.inputIndices.map(comparison.value)
    let ways = try zip(step.inputs, starts).map { try $0 - $1 }
    var totals: [Tensor]?
    for (position, weight) in Quadrature.gaussLegendre.nodes(steps) {
      let point = try zip(starts, ways).map { try $0 + $1 * position }
      let part = try Tape(point, step.node.layer.forward).pullback(m * weight)
      totals = try totals.map { try zip($0, part).map { try $0 + $1 } } ?? part
    }
    return Propagated(totals ?? [])
  }
}

extension PropagationRule where Self == PathRule {
  /// The derivative averaged along the way from the reference.
  public static func path(steps: Int = 32) -> Self { PathRule(steps: steps) }
}
