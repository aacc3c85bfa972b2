/// Attention: products of queries and keys, what is added to them, the softmax, and the product with values.
extension TokenAnalysis {
  /// The scores at a node, if that is what it holds.
  func scores(_ index: Int) -> AttentionScores? {
    if case .scores(let scores) = states[index] { scores } else { nil }
  }

  /// A product of two computed values.
  func product(_ index: Int, _ contraction: Contraction) throws -> TokenStep? {
    let sources = graph.nodes[index].inputIndices
    guard !sources.contains(where: { scores($0) != nil }) else { return nil }
    let layer = graph.nodes[index].layer
    let labels = zip(sources, contraction.operands).map { source, labels in
      states[source].rowAxis.map { labels[$0] }
    }
    func position(_ label: String) -> Int? { contraction.result.firstIndex(of: label) }
    func step(_ state: TokenState, _ operands: [TokenStep.Operand]) -> TokenStep {
      TokenStep(state, operands) { _ in layer }
    }
    /// What is taken of an operand where rows of a label are computed.
    func rows(_ operand: Int, _ label: String) throws -> TokenStep.Operand? {
      guard let axis = contraction.operands[operand].firstIndex(of: label) else { return .whole }
      let extent = try shape(sources[operand])[axis]
      if extent == tokens { return .rows(axis: axis) }
      return extent == 1 && isClean(sources[operand]) ? .whole : nil
    }
    // Only one operand changes, or both do along the same axis: the product treats rows alone.
    let changed = Set(labels.compactMap(\.self))
    if changed.count == 1, let label = changed.first, let axis = position(label) {
      guard let first = try rows(0, label), let second = try rows(1, label) else { return nil }
      return step(.rows(axis: axis), [first, second])
    }
    guard changed.count == 2, let left = labels[0], let right = labels[1] else { return nil }
    // Weights and values: zeros stand where values after a row's own position would count.
    for (weights, label) in [(0, left), (1, right)] {
      let other = 1 - weights
      guard case .weights(_, let key) = states[sources[weights]],
        case .rows(let valueAxis) = states[sources[other]],
        contraction.operands[weights][key] == contraction.operands[other][valueAxis],
        contraction.summed(weights) == [key], let axis = position(label),
        !contraction.operands[other].contains(label)
      else { continue }
      var operands = [TokenStep.Operand](repeating: .whole, count: 2)
      operands[weights] = .rows(axis: contraction.operands[weights].firstIndex(of: label) ?? 0)
      return step(.rows(axis: axis), operands)
    }
    // Queries and keys: a score has a row of each.
    guard let first = position(left), let second = position(right),
      !contraction.operands[0].contains(right), !contraction.operands[1].contains(left),
      !contraction.summed(0).isEmpty,
      // Else the product is no larger than the norms' product only up to the extent of what one operand alone is summed over.
      Set(contraction.summed(0).map { contraction.operands[0][$0] })
        == Set(contraction.summed(1).map { contraction.operands[1][$0] })
    else { return nil }
    let queries = first < second ? 0 : 1
    var operands = [TokenStep.Operand](repeating: .whole, count: 2)
    guard let axis = states[sources[queries]].rowAxis else { return nil }
    operands[queries] = .rows(axis: axis)
    return step(
      .scores(
        AttentionScores(query: min(first, second), key: max(first, second), bound: (index, 1))),
      operands)
  }

  /// A layer after scores: what moves, scales or masks them, or the softmax.
  mutating func scoring(_ index: Int) throws -> TokenStep? {
    let node = graph.nodes[index]
    let sources = node.inputIndices
    guard let scored = sources.first(where: { scores($0) != nil }), var scores = scores(scored),
      // Scores of other products, or rows of tokens, are not constant.
      sources.allSatisfy({ $0 == scored || isClean($0) }),
      sources.count(where: { $0 == scored }) == 1
    else { return nil }
    let (input, output) = (try shape(scored), try shape(index))
    if let softmax = node.layer as? SoftmaxLayer {
      return try weighting(index, softmax, scores, input)
    }
    let own = scores
    /// What the layer makes of the mask alone, and of the constants beside it.
    func shifted() throws -> Tensor {
      let zero = try record(scored).zeros(expandedTo: input)
      return try node.layer.forward(
        sources.map { $0 == scored ? own.mask ?? zero : try record($0) })
    }
    switch node.layer {
    case let layer where layer.isMovingElements:
      guard let query = layer.position(of: own.query, from: input, to: output),
        let key = layer.position(of: own.key, from: input, to: output), query < key
      else { return nil }
      scores.query = query
      scores.key = key
      if own.mask != nil { scores.mask = try shifted() }
      return TokenStep(
        .scores(scores), [.rows(axis: own.query)], cutting(index, query, output))
    case let layer as ActivationLayer:
      guard layer.function.enlargesNothing else { return nil }
      if case .clip = layer.function {
        // `|clip(P + M) − clip(M)| ≤ |P|`
        if own.mask != nil { scores.mask = try shifted() }
      } else if own.mask != nil {
        return nil
      }
    case let layer as AffineLayer:
      scores.bound?.factor *= try layer.weight.largestMagnitude()
      if own.mask != nil || layer.bias != nil { scores.mask = try shifted() }
    case is ProductLayer:
      guard let factor = sources.first(where: { $0 != scored }) else { return nil }
      scores.bound?.factor *= try record(factor).largestMagnitude()
      if own.mask != nil { scores.mask = try shifted() }
    case is SumLayer: scores.mask = try shifted()
    case let layer as SelectionLayer:
      // The condition is clean: scores are one of the two values.
      guard !layer.operands.isCondition(scored, sources) else { return nil }
      scores.mask = try shifted()
    default: return nil
    }
    guard output.count == input.count, let operands = try operands(of: index, along: own.query)
    else { return nil }
    return TokenStep(.scores(scores), operands, cutting(index, own.query, output))
  }

  /// The softmax of scores: weights, if what has been added hides later tokens from earlier ones.
  ///
  /// Of row `i` let `t` be the largest `M` of the columns up to `i`, and `h` that of the columns after it. A weight of
  /// the latter is at most `exp(P_ij + h − P_ik − t)` for the column `k` of `t`: it is zero in every floating-point type if
  /// `h = −∞` and `t` is not, and else if `t − h − (|P_ij| + |P_ik|) ≥` ``Self/vanishing``. A row whose columns are all `−∞`
  /// is NaN throughout, whatever the tokens are. `|P|` is bounded by the norms of queries and keys.
  private mutating func weighting(
    _ index: Int, _ softmax: SoftmaxLayer, _ scores: AttentionScores, _ shape: [Int]
  ) throws -> TokenStep? {
    let axis = softmax.axis < 0 ? softmax.axis + shape.count : softmax.axis
    guard !softmax.isLogarithmic, axis == scores.key,
      !softmax.isMergingAxes || axis == shape.count - 1, shape[scores.key] == tokens,
      let mask = scores.mask,
      let gap = try mask.gapAtDiagonal(query: scores.query, key: scores.key)
    else { return nil }
    if gap < .infinity {
      guard let bound = scores.bound, let limit = try keyLimit(bound, gap: gap) else { return nil }
      // Other scores may come from the same product.
      let other = keyLimits[bound.product]?.norm ?? .infinity
      if limit.norm < other { keyLimits[bound.product] = limit }
    }
    let layer = graph.nodes[index].layer
    return TokenStep(
      .weights(query: scores.query, key: scores.key), [.rows(axis: scores.query)]
    ) { _ in layer }
  }

  /// The exponential of the negative of it is zero in float64, and in all narrower types.
  private static var vanishing: Double { 800 }

  /// How long keys may be: `c · |q| · (|k| + |k'|) ≤ 0.99 gap − vanishing` for all queries `q` and clean keys `k'`.
  ///
  /// The hundredth is for what sums with a large mask are rounded by.
  ///
  /// - Returns: `nil` where the clean keys are longer.
  private func keyLimit(
    _ bound: (product: Int, factor: Double), gap: Double
  ) throws -> KeyLimit? {
    let node = graph.nodes[bound.product]
    guard let step = steps[bound.product],
      let contraction = try Contraction(of: node.layer, node.inputIndices.map(shape)),
      let keys = step.operands.firstIndex(of: .whole)
    else { return nil }
    func norm(_ operand: Int) throws -> Double {
      try record(node.inputIndices[operand]).largestNorm(over: contraction.summed(operand))
    }
    let (longest, query) = (try norm(keys), try bound.factor * norm(1 - keys))
    let limit = query == 0 ? .infinity : (0.99 * gap - Self.vanishing) / query - longest
    // A comparison with NaN fails.
    guard limit >= longest else { return nil }
    return KeyLimit(operand: keys, axes: contraction.summed(keys), norm: limit)
  }
}

extension Operands {
  /// Whether the first operand is the value of a node that feeds the layer.
  fileprivate func isCondition(_ source: Int, _ sources: [Int]) -> Bool {
    if case .computed? = all.first { return sources.first == source }
    return false
  }
}

extension ActivationLayer.Function {
  /// Whether `|f(x)| ≤ |x|` everywhere, and `|f(x) − f(y)| ≤ |x − y|`.
  fileprivate var enlargesNothing: Bool {
    switch self {
    case .relu, .tanh, .magnitude, .softsign: true
    case .clip(let low, let high): low <= 0 && high >= 0
    default: false
    }
  }
}

extension Tensor {
  /// Zeros of that shape, of this tensor's type and device.
  fileprivate func zeros(expandedTo shape: [Int]) throws -> Tensor {
    try Tensor.full([1], 0, dtype: dtype).moved(to: device).expanded(to: shape)
  }

  fileprivate func largestMagnitude() throws -> Double {
    try magnitude().converted(to: .float64).maximum(over: Array(0..<rank)).item()
  }

  /// The largest Euclidean norm along some axes.
  func largestNorm(over axes: [Int]) throws -> Double {
    let norms = try Tensor.call(
      "aten::linalg_vector_norm", .tensor(self), .double(2), .ints(axes), .bool(true))
    return try norms.maximum(over: Array(0..<rank)).item()
  }

  /// By how much the largest element of a row up to the diagonal exceeds the largest one after it, in the row where that
  /// is least.
  ///
  /// - Returns: Infinity where all later elements are `−∞`; `nil` where something is not a number.
  fileprivate func gapAtDiagonal(query: Int, key: Int) throws -> Double? {
    let outer = (0..<rank).filter { $0 != query && $0 != key }
    let matrices = try permuted(outer + [query, key])
    let count = shape[query]
    let ones = try Tensor.full([count, count], 1).moved(to: device)
    let later = try Tensor.call("aten::triu", .tensor(ones), .int(1)).isGreater(than: 0)
    let past = try matrices.selected(
      where: .call("aten::logical_not", .tensor(later)), otherwise: -.infinity
    ).maximum(over: [rank - 1])
    let future = try matrices.selected(where: later, otherwise: -.infinity)
      .maximum(over: [rank - 1])
    let isOpen = try future.isNotEqual(to: -.infinity)
    let gaps = try (past - future).selected(where: isOpen, otherwise: .infinity)
    let least = try gaps.converted(to: .float64).minimum(over: Array(0..<gaps.rank)).item()
    return least.isNaN ? nil : least
  }
}
