/// The relevance of attention's weights by the rules of Chefer et al.: z⁺ without biases at dense layers, halves at
/// products, shares by size at skip connections.
///
/// - Reference: Chefer et al. 2021, *Transformer Interpretability Beyond Attention Visualization*, equations 3 to
///   10 (`chefer2021transformer`); what their published code does where the paper says nothing.
struct TransformerRelevance {
  private let reading: AttentionReading

  init(_ reading: AttentionReading) { self.reading = reading }

  /// The relevance of each block's weights; that of the target's logit is 1.
  func weights() throws -> [Tensor] {
    let rules: RuleMap = [
      .kind(.dense): AlphaBetaRule(alpha: 1, beta: 0, stabilizer: 0, bias: .zero),
      .kind(.convolution): AlphaBetaRule(alpha: 1, beta: 0, stabilizer: 0, bias: .zero),
      .kind(.product): ContributionRule(stabilizer: 0, portion: 0.5),
      .kind(.averagePooling): ContributionRule(stabilizer: 0),
      .kind(.sum): SumShareRule(),
      .kinds([.affine, .activation, .normalization, .softmax]): PassThroughRule(),
      .kinds([.structural, .concatenation, .maxPooling, .noise]): GradientRule(),
    ]
    let nodes = reading.blocks.map(\.weights)
    let (trace, target) = (reading.pass.trace, reading.pass.target)
    let propagation = try trace.propagate(
      [target.node: Signal(relevance: target.weights)], using: rules, reading: nodes)
    return try nodes.map { node in
      let relevance = try propagation.signal(at: node).relevance(of: trace[node])
      return try AttentionReading.perHead(relevance)
    }
  }
}

/// Relevance of a sum, shared among its two summands by contribution and then by the sizes of what each got.
///
/// With `a' = a · R/(a + b)`, `b'` likewise, and sums `S` over a sample: `R_a = a' · |S_a'| / (|S_a'| + |S_b'|) · S_R /
/// S_a'`. Where a denominator is zero the quotient is.
struct SumShareRule: PropagationRule {
  func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    guard step.inputs.count == 2 else {
      return try ContributionRule(stabilizer: 0).propagate(signal, through: step)
    }
    let arriving = try step.relevance(of: signal)
    let ratio = try Self.quotient(arriving, step.output)
    // A summand that broadcasts gets the sum over where it was repeated.
    let shares = try zip(step.inputs, step.pullback(ratio)).map { try $0 * $1 }
    func total(_ tensor: Tensor) throws -> Tensor {
      let axes = Array(1..<tensor.rank)
      return try tensor.sum(over: axes, keepingAxes: true)
    }
    let sums = try shares.map(total)
    let sizes = try sums.map { try $0.magnitude() }
    let all = try sizes[0] + sizes[1]
    let relevance = try total(arriving)
    return Propagated(
      relevance: try shares.indices.map { index in
        let part = try Self.quotient(sizes[index], all) * relevance
        return try shares[index] * Self.quotient(part, sums[index])
      })
  }

  /// `r / z`, and 0 where `z` is.
  private static func quotient(_ r: Tensor, _ z: Tensor) throws -> Tensor {
    let isZero = try z.isEqual(to: 0)
    let safe = try z.onesLike().selected(where: isZero, otherwise: z)
    return try r.zerosLike().selected(where: isZero, otherwise: r / safe)
  }
}
