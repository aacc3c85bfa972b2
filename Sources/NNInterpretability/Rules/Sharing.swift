/// Relevance shared among the inputs of a linear map in proportion to what they contribute: the one
/// computation behind LRP's rules.
///
/// With terms `(aᵗ, wᵗ)`, a bias `b` and `z = Σ_t aᵗ wᵗ + b`,
///
///     c_k = R_k / stabilised(z_k)        R_j = Σ_t aᵗ_j Σ_k wᵗ_jk c_k
///
/// A rule is a choice of terms. What does not reach the inputs is `Σ_k b_k c_k` for the bias and
/// `Σ_k (R_k − z_k c_k)` for the stabiliser, and is returned with them.
struct Sharing {
  /// One part of the input and the weights that it meets.
  struct Term {
    let input: Tensor
    let weight: Tensor
  }

  /// What reached the inputs, and what did not.
  struct Shares {
    var inputs: Tensor
    var absorbed: [Ledger.Cause: Tensor]

    /// The sum `factor · left + otherFactor · right`.
    static func combined(
      _ left: Shares, _ factor: Double, _ right: Shares, _ otherFactor: Double
    ) throws -> Shares {
      func mix(_ a: Tensor, _ b: Tensor) throws -> Tensor { try a * factor + b * otherFactor }
      var absorbed: [Ledger.Cause: Tensor] = [:]
      for (cause, amount) in left.absorbed {
        absorbed[cause] = try right.absorbed[cause].map { try mix(amount, $0) } ?? amount * factor
      }
      return Shares(inputs: try mix(left.inputs, right.inputs), absorbed: absorbed)
    }
  }

  let layer: any LinearLayer
  let terms: [Term]
  /// In the layer's own shape; `nil` for none.
  let bias: Tensor?
  let stabilizer: Stabilizer

  /// Shares `relevance`, of the shape of the layer's output.
  func shares(of relevance: Tensor) throws -> Shares {
    var bare = layer
    bare.bias = nil
    let tapes = try terms.map { term in
      bare.weight = term.weight
      return try Tape([term.input], bare.forward)
    }
    var z = tapes[0].output
    for tape in tapes.dropFirst() { z = try z + tape.output }
    bare.bias = bias
    let aligned = try bare.alignedBias(rank: z.rank)
    if let aligned { z = try z + aligned }

    let c = try stabilizer.quotient(relevance, z)
    var inputs: Tensor?
    for (term, tape) in zip(terms, tapes) {
      let share = try term.input * tape.pullback(c)[0]
      inputs = try inputs.map { try $0 + share } ?? share
    }
    return Shares(
      inputs: inputs ?? relevance,
      absorbed: try Self.absorbed(relevance, c: c, z: z, bias: aligned))
  }

  /// What bias and stabiliser kept, `[N]` each.
  static func absorbed(
    _ relevance: Tensor, c: Tensor, z: Tensor, bias: Tensor?
  ) throws -> [Ledger.Cause: Tensor] {
    var absorbed: [Ledger.Cause: Tensor] = [
      .stabilizer: try (relevance - c * z).sumPerSample()
    ]
    if let bias { absorbed[.bias] = try (c * bias).sumPerSample() }
    return absorbed
  }
}

/// How a denominator is kept away from zero.
struct Stabilizer: Sendable {
  /// ε ≥ 0; with 0 the quotient is 0 where the denominator is.
  var epsilon: Double

  /// `numerator / (z + ε sign(z))` with `sign(0) = +1`.
  func quotient(_ numerator: Tensor, _ z: Tensor) throws -> Tensor {
    guard epsilon > 0 else {
      return try (numerator / z).selected(where: z.isNotEqual(to: 0), otherwise: 0)
    }
    let moved = try (z - epsilon).selected(where: z.isLess(than: 0), otherwise: z + epsilon)
    return try numerator / moved
  }
}
