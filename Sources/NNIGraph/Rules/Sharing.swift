/// Relevance shared among the inputs of a linear map in proportion to what they contribute: the one
/// computation behind LRP's rules.
///
/// With terms `(aᵗ, wᵗ)`, a bias `b` and `z = Σ_t aᵗ wᵗ + b`,
///
///     c_k = R_k / stabilised(z_k)        R_j = Σ_t aᵗ_j Σ_k wᵗ_jk c_k
///
/// A rule is a choice of terms. What does not reach the inputs is `Σ_k b_k c_k` for the bias and
/// `Σ_k (R_k − z_k c_k)` for the stabiliser, and is returned with them.
enum Sharing {
  /// One part of the input and the layer, of certain weights, that it meets.
  struct Term {
    let input: Tensor
    let layer: any LinearLayer

    /// A part that meets a layer's weights times factors.
    init(_ input: Tensor, _ layer: any LinearLayer, _ factors: SignFactors = .one) throws {
      self.input = input
      self.layer = try layer.weighing(factors)
    }

    /// `aᵗ wᵗ`, and the bias if one is given.
    func value(bias: Tensor? = nil) throws -> Tensor {
      var layer = layer
      layer.bias = bias
      return try layer.forward([input])
    }

    /// `wᵗᵀ c`.
    func transposed(_ c: Tensor) throws -> Tensor { try layer.transposed(c, like: input) }
  }

  /// `Σ_t aᵗ wᵗ + b`.
  static func value(_ terms: [Term], bias: Tensor? = nil) throws -> Tensor {
    var sum = try terms[0].value(bias: bias)
    for term in terms.dropFirst() { sum = try sum + term.value() }
    return sum
  }

  /// `Σ_t aᵗ_j Σ_k wᵗ_jk c_k`.
  static func inputs(_ terms: [Term], _ c: Tensor) throws -> Tensor {
    let shares = try terms.map { try $0.input.product(with: $0.transposed(c)) }
    return try shares.dropFirst().reduce(shares[0]) { try $0 + $1 }
  }

  /// `Σ_k wᵗ_jk c_k` of the first term where an input is not negative, and of the second where it is.
  ///
  /// Input times this is what ``inputs(_:_:)`` gives of two terms of signed parts.
  static func multipliers(_ terms: [Term], _ c: Tensor, of x: Tensor) throws -> Tensor {
    let first = try terms[0].transposed(c)
    guard terms.count > 1 else { return first }
    return try terms[1].transposed(c).selected(where: x.isLess(than: 0), otherwise: first)
  }

  /// Shares `relevance`, of the shape of the layer's output, among terms without a bias.
  static func shares(
    of relevance: Tensor, among terms: [Term], stabilizer: Double
  ) throws -> Propagated {
    let division = try Division(relevance, by: value(terms), stabilizer: stabilizer)
    return Propagated(
      relevance: [try inputs(terms, division.quotient)], absorbed: division.absorbed)
  }
}

/// Relevance divided by what it is shared over, `c = R / (z + ε sign(z))` with `sign(0) = +1`, and what
/// is lost by it; with ε = 0 the quotient is 0 where the denominator is.
struct Division {
  /// `c`, of the value's shape.
  let quotient: Tensor
  /// What bias and stabiliser kept, `[N]` each.
  let absorbed: [Ledger.Cause: Tensor]

  /// Divides relevance by a linear layer's value, or any other node's.
  ///
  /// - Parameters:
  ///   - relevance: `R`, of the value's shape.
  ///   - value: `z`.
  ///   - stabilizer: ε, 0 or more.
  ///   - layer: The layer whose bias is part of the value, if one is.
  ///   - gate: Where it is not positive the quotient is 0, and relevance counts as kept where it is 0.
  /// - Throws: `TorchError` when the shapes differ.
  init(
    _ relevance: Tensor, by value: Tensor, stabilizer: Double,
    biasOf layer: (any LinearLayer)? = nil,
    gate: Tensor? = nil
  ) throws {
    // One number for each channel can be summed in the same pass.
    let isSimple =
      layer?.bias != nil
      && (value.rank == 2 && layer?.kind == .dense
        || value.rank == 4 && layer?.kind == .convolution)
    let results = try Tensor.tensors(
      of: "nni::share",
      [
        .tensor(relevance), .tensor(value), .optional(isSimple ? layer?.bias : nil),
        .double(stabilizer), .optional(gate),
      ])
    let (c, sums) = (results[0], results[1])
    func sum(_ row: Int) throws -> Tensor { try sums.selected(axis: 0, index: row) }
    var absorbed = [Ledger.Cause.stabilizer: try sum(0) + sum(2)]
    if isSimple {
      absorbed[.bias] = try sum(1)
    } else if let aligned = try layer?.alignedBias(rank: value.rank) {
      absorbed[.bias] = try (c * aligned).sumPerSample()
    }
    quotient = c
    self.absorbed = absorbed
  }
}

extension Tensor {
  /// The elements that are finite, and 0 in place of those that a mask makes infinite.
  func finitePart() throws -> Tensor {
    if try isFinite() { return self }
    return try selected(where: magnitude().isLess(than: .infinity), otherwise: 0)
  }

  /// `Σ self · constant` over all but the samples; where the constant is the same along an axis, the sum over that axis
  /// comes first.
  func sumPerSample(weightedBy constant: Tensor) throws -> Tensor {
    let missing = rank - constant.rank
    let axes = (1..<max(rank, 1)).filter { axis in
      shape[axis] > 1 && (axis < missing || constant.shape[axis - missing] == 1)
    }
    let sums = axes.isEmpty ? self : try sum(over: axes, keepingAxes: true)
    return try (sums * constant).sumPerSample()
  }

  /// `Σ self · other` over all but the samples, or `Σ self · ln other`, in one pass; an infinite factor has no part.
  func sumPerSample(
    of other: Tensor, isLogarithmic: Bool = false
  ) throws(TorchError) -> Tensor {
    try .call("nni::sample_dot", .tensor(self), .tensor(other), .bool(isLogarithmic))
  }

  /// `self · (factor · other + nextFactor · next)` in one pass.
  func product(
    with other: Tensor, factor: Double = 1, and next: Tensor? = nil, nextFactor: Double = 0
  ) throws(TorchError) -> Tensor {
    try .call(
      "nni::weighted_product", .tensor(self), .tensor(other), .double(factor), .optional(next),
      .double(nextFactor))
  }

  /// Whether an element is below zero.
  var hasNegative: Bool {
    get throws(TorchError) { try Self.isSo("nni::has_negative", .tensor(self)) }
  }

  /// Whether an element is other than zero where that of a value of the same shape is negative.
  func stands(below value: Tensor) throws(TorchError) -> Bool {
    try Self.isSo("nni::stands_below", .tensor(self), .tensor(value))
  }

  /// Whether an element is nearer to that of another tensor of its shape than a distance.
  func isClose(to other: Tensor, within distance: Double) throws(TorchError) -> Bool {
    try Self.isSo("nni::is_close", .tensor(self), .tensor(other), .double(distance))
  }

  private static func isSo(_ name: String, _ arguments: OperatorArgument...) throws(TorchError)
    -> Bool
  {
    guard case .bool(let answer)? = try results(of: name, arguments).first else { return false }
    return answer
  }
}
