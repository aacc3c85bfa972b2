/// The node's derivative averaged along the straight way from the reference's inputs to the input's:
/// `m_j = ∫₀¹ Σ_k m_k ∂z_k/∂a_j dt`, which is complete for any differentiable node.
///
/// For a product of two inputs one Gauss–Legendre node in the middle is exact,
/// `m₁ = m (x₂⁰ + ½Δx₂)`. Softmax and normalisations begin with eight, and double them until
/// `Σ_j m_j Δa_j` is `Σ_k m_k Δz_k` to 1e-12 of the terms' magnitudes (1e-7 in float32), or ``limit``
/// nodes are reached: a layer norm whose way leads past equal features, where it jumps, needs many. What
/// then is missing is kept as `quadrature`.
///
/// - Reference: the integral is that of Sundararajan et al. 2017, equation 1, for one node
///   (`sundararajan2017axiomatic`); for products the rule of DeepLIFT's authors' code.
public struct PathRule: PropagationRule {
  /// The number of nodes of the quadrature to begin with.
  public var steps: Int
  /// The largest number of nodes.
  public var limit: Int

  /// Creates the rule; with a limit of `steps` nothing is doubled.
  public init(steps: Int = 8, limit: Int = 2048) {
    self.steps = steps
    self.limit = limit
  }

  public func reading(at layer: any Layer) -> RuleReading { .values }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    let m = try step.whole(signal, for: self)
    let starts = try step.node.inputIndices.map { try comparison.value($0) }
    let ways = try zip(step.inputs, starts).map { try $0 - $1 }
    let parts = try m * comparison.difference(step.index)
    let tolerance = m.dtype == .float64 ? 1e-12 : 1e-7

    var count = steps
    while true {
      let totals = try average(m, starts, ways, step, count)
      var missing = try parts.sumPerSample()
      var scale = try parts.magnitude().sumPerSample()
      for (total, way) in zip(totals, ways) {
        let given = try total * way
        missing = try missing - given.sumPerSample()
        scale = try scale + given.magnitude().sumPerSample()
      }
      let worst = try (missing.magnitude() - scale * tolerance).maximum(over: [0]).item()
      if worst <= 0 || count >= limit {
        return Propagated(totals, absorbed: worst <= 0 ? [:] : [.quadrature: missing])
      }
      count = min(2 * count, limit)
    }
  }

  /// `Σ weight · Jᵀm` over the nodes.
  private func average(
    _ m: Tensor, _ starts: [Tensor], _ ways: [Tensor], _ step: Step, _ count: Int
  ) throws -> [Tensor] {
    var totals = try starts.map { try $0.zerosLike() }
    for (position, weight) in Quadrature.gaussLegendre.nodes(count) {
      let point = try zip(starts, ways).map { try $0 + $1 * position }
      let part = try Tape(point, step.node.layer.forward).pullback(m * weight)
      totals = try zip(totals, part).map { try $0 + $1 }
    }
    return totals
  }
}

extension PropagationRule where Self == PathRule {
  /// The derivative averaged along the path from the reference.
  public static func path(steps: Int = 8, limit: Int = 2048) -> Self {
    PathRule(steps: steps, limit: limit)
  }
}
