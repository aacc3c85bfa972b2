/// Multi-head self-attention of tokens, in one set or in several that do not see each other.
struct SelfAttention {
  /// What scores are before the bias.
  enum Score {
    /// `(factor · q) kᵀ`
    case scaledQueries(Double)
    /// `q (factor · k)ᵀ`
    case scaledKeys(Double)
    /// `factor · cos(q, k)`; the factor is `[heads, 1, 1]`.
    case cosine(factor: Tensor)
  }

  /// How many sets of tokens there are, such as windows; `nil` for one set without an axis of its own.
  var sets: Int?
  /// How many tokens are in a set.
  let tokens: Int
  /// How many heads there are.
  let heads: Int
  /// The elements of a token, all heads together.
  let width: Int
  /// What scores are.
  let score: Score
  /// What is added to the scores: biases for relative positions, masks; by name.
  var summands: [(name: String, value: Tensor)] = []
  /// A computed summand of the scores, such as a mask; its shape broadcasts.
  var mask: NodeID?

  fileprivate var setAxes: [Int] { sets.map { [$0] } ?? [] }
}

extension NetworkBuilder {
  /// Attention over what the last node holds, queries, keys and values one after the other: `[N, tokens, 3 · width]`
  /// or `[N, sets, tokens, 3 · width]`; gives all heads side by side, `[…, width]`.
  ///
  /// - Reference: Vaswani et al. 2017, *Attention Is All You Need*, equation 1 and section 3.2.2
  ///   (`vaswani2017attention`).
  @discardableResult
  mutating func selfAttention(_ name: String, _ form: SelfAttention) throws -> NodeID {
    let source = last
    let rank = form.setAxes.count + 4
    var headsFirst = Array(0..<rank)
    headsFirst.swapAt(rank - 3, rank - 2)
    var transposed = Array(0..<rank)
    transposed.swapAt(rank - 2, rank - 1)

    func part(_ index: Int, _ role: String) throws -> NodeID {
      let start = index * form.width
      try add(
        SliceLayer([.init(axis: rank - 2, start: start, end: start + form.width)]),
        as: "\(name).\(role)", after: [source])
      try add(
        ReshapeLayer(form.setAxes + [form.tokens, form.heads, form.width / form.heads]),
        as: "\(name).\(role).split")
      return try add(TransposeLayer(headsFirst), as: "\(name).\(role).heads")
    }
    var queries = try part(0, "query")
    var keys = try part(1, "key")
    let values = try part(2, "value")

    switch form.score {
    case .scaledQueries(let factor):
      queries = try add(
        AffineLayer(weight: constant(factor)), as: "\(name).scale", after: [queries])
    case .scaledKeys(let factor):
      keys = try add(AffineLayer(weight: constant(factor)), as: "\(name).scale", after: [keys])
    case .cosine:
      // `torch.nn.functional.normalize` divides by at least 1e-12.
      queries = try add(
        NormalizeLayer(over: [rank - 1], floor: 1e-12), as: "\(name).query.normalize",
        after: [queries])
      keys = try add(
        NormalizeLayer(over: [rank - 1], floor: 1e-12), as: "\(name).key.normalize", after: [keys])
    }
    keys = try add(TransposeLayer(transposed), as: "\(name).key.transpose", after: [keys])
    try add(MatrixProductLayer(), as: "\(name).scores", after: [queries, keys])
    if case .cosine(let factor) = form.score {
      try add(AffineLayer(weight: factor), as: "\(name).logit_scale")
    }
    for summand in form.summands {
      try addConstant(summand.value, as: "\(name).\(summand.name)")
    }
    if let mask = form.mask {
      try add(SumLayer(), as: "\(name).mask", after: [last, mask])
    }
    let weights = try add(SoftmaxLayer(axis: rank - 1), as: "\(name).softmax")
    try add(MatrixProductLayer(), as: "\(name).weighted", after: [weights, values])
    try add(TransposeLayer(headsFirst), as: "\(name).weighted.transpose")
    return try add(
      ReshapeLayer(form.setAxes + [form.tokens, form.width]), as: "\(name).concat")
  }

  /// Self-attention of one set of tokens as `torch.nn.MultiheadAttention` has it: `NAME.in_proj_weight`,
  /// `NAME.in_proj_bias`, `NAME.out_proj`.
  @discardableResult
  mutating func multiheadAttention(
    _ name: String, tokens: Int, heads: Int, width: Int, mask: NodeID? = nil
  ) throws -> NodeID {
    // These are the module's own parameters and not those of a module in it.
    let weight = try parameter("\(name).in_proj_weight", [3 * width, width], .weight(fanIn: width))
    let bias = try parameter("\(name).in_proj_bias", [3 * width], .zero)
    try add(DenseLayer(weight: weight, bias: bias), as: "\(name).in_proj")
    let factor = 1 / Double(width / heads).squareRoot()
    try selfAttention(
      name,
      SelfAttention(
        tokens: tokens, heads: heads, width: width, score: .scaledQueries(factor), mask: mask))
    return try dense("\(name).out_proj", width, width)
  }

  /// The last value plus a constant.
  @discardableResult
  mutating func addConstant(_ value: Tensor, as name: String) throws -> NodeID {
    try add(AffineLayer(weight: value.onesLike(), bias: value), as: name)
  }
}
