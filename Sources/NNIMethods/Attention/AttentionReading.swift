/// The attentions of a recorded pass, and how a map is read from a matrix over tokens.
struct AttentionReading {
  let pass: BackwardPass
  /// The attentions that the target depends on, in the graph's order.
  let blocks: [AttentionBlock]
  /// Where an image's patches are; `nil` for text.
  let grid: TokenGrid?

  /// Reads the attentions before a target.
  ///
  /// - Throws: ``InterpretabilityError`` when there are none, or they are over windows or between different
  ///   sequences.
  init(_ recording: Recording, target: Target, for method: String) throws {
    pass = try BackwardPass(recording, target: target)
    grid = TokenGrid(recording.trace)
    let graph = recording.graph
    let isUpstream = graph.isAncestor(of: try graph.index(of: pass.target.node))
    blocks = try graph.attentionBlocks.filter { isUpstream[try graph.index(of: $0.weights)] }
    guard !blocks.isEmpty else {
      throw InterpretabilityError(
        .unsupported,
        "\(method) reads attention's weights, and no attention was recognized before \(pass.target.node); "
          + "nni inspect shows what was")
    }
    let shapes = try blocks.map { try recording.trace.shape(of: $0.weights) }
    let tokens = shapes[0][shapes[0].count - 1]
    for (block, shape) in zip(blocks, shapes) {
      let heads = shape.dropFirst().dropLast(2).filter { $0 > 1 }
      guard shape.count >= 3, shape.suffix(2) == [tokens, tokens],
        try heads.count <= 1 || streamLength(before: block) == tokens
      else {
        throw InterpretabilityError(
          .unsupported,
          "\(method) needs weights [N, heads, T, T] over the same tokens in every block; here they are "
            + "\(shape), as over windows or another sequence", node: block.weights)
      }
    }
  }

  /// What a method reads that needs attention's weights, and derivatives by the last weighted values.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - target: What is explained.
  ///   - isDerived: Whether derivatives by the weights are needed, too.
  ///   - onlyLast: Whether the last block's weights are enough.
  /// - Returns: The nodes; `nil` where no attention stands before the target.
  /// - Throws: ``InterpretabilityError`` when the graph has no such target.
  static func scope(
    in graph: Graph, before target: Target, isDerived: Bool = false, onlyLast: Bool = false
  ) throws -> RecordingScope? {
    let isUpstream = try graph.isUpstream(of: target)
    let blocks = try graph.attentionBlocks.filter { isUpstream[try graph.index(of: $0.weights)] }
    guard let last = blocks.last else { return nil }
    let weights = (onlyLast ? [last] : blocks).map(\.weights)
    return RecordingScope(
      rules: [.any: .gradient], values: Set(weights),
      sources: (isDerived ? weights : []) + [last.output])
  }

  /// Attention's weights in each block, `[N, heads, T, T]`, queries in rows.
  var weights: [Tensor] {
    get throws { try blocks.map { try Self.perHead(pass.trace[$0.weights]) } }
  }

  /// The last block's weights.
  var lastWeights: Tensor {
    get throws { try Self.perHead(pass.trace[blocks[blocks.count - 1].weights]) }
  }

  /// `[N, …, a, b]` as `[N, heads, a, b]`.
  static func perHead(_ tensor: Tensor) throws -> Tensor {
    let shape = tensor.shape
    return try tensor.reshaped(
      [shape[0], shape.dropFirst().dropLast(2).reduce(1, *)] + shape.suffix(2))
  }

  /// How many tokens the residual stream before a block has; 0 where it is no `[N, T, D]`.
  private func streamLength(before block: AttentionBlock) throws -> Int {
    guard let stream = try? stream(before: block) else { return 0 }
    let shape = try pass.trace.shape(of: stream)
    return shape.count == 3 ? shape[1] : 0
  }

  /// The derivative of a score by a block's weighted values, `[N, heads, T, d]`.
  static func gradient(of pass: BackwardPass, at block: AttentionBlock) throws -> Tensor {
    try perHead(pass.gradient(at: block.output))
  }

  /// The derivative of the score by the last block's weighted values.
  var outputGradient: Tensor {
    get throws { try Self.gradient(of: pass, at: blocks[blocks.count - 1]) }
  }

  /// The derivatives of the score by the weights, and by the last block's weighted values.
  func gradients() throws -> (weights: [Tensor], output: Tensor) {
    let last = blocks[blocks.count - 1].output
    let nodes = blocks.map(\.weights) + [last]
    let propagation = try pass.trace.propagate(
      pass.unitSeed, using: [.any: .gradient], reading: nodes)
    return (
      try blocks.map { try Self.perHead(propagation[$0.weights]) },
      try Self.perHead(propagation[last])
    )
  }

  /// How much each row of tokens counts where the head reads it, `[N, 1, T]`: equal shares of the rows by which
  /// the score has a derivative after the last attention, which are the class token's, the last token's, or
  /// those of a mean.
  ///
  /// - Parameter gradient: The score's derivative by the last block's weighted values, `[N, heads, T, d]`.
  /// - Returns: For each sample shares that sum to 1.
  /// - Throws: `TorchError` when the shape is another.
  func rows(_ gradient: Tensor) throws -> Tensor {
    let tokens = gradient.shape[2]
    let strength = try gradient.magnitude().sum(over: [1, 3]).reshaped([-1, 1, tokens])
    var isRead = try strength.isGreater(than: 0).converted(to: gradient.dtype)
    // Register tokens are not among the rows of a mean over patches.
    if let grid, grid.before > 0, try isRead.sum().item() > Double(isRead.shape[0]) {
      let patches = try grid.patches(of: isRead.transposed(1, 2)).transposed(1, 2)
      let zeros = try isRead.narrowed(axis: 2, to: 0..<grid.before).zerosLike()
      let after = try isRead.narrowed(axis: 2, to: (grid.before + grid.patchCount)..<tokens)
      isRead = try .concatenated([zeros, patches, after.zerosLike()], axis: 2)
    }
    let count = try isRead.sum(over: [2], keepingAxes: true)
    let isDead = try count.isEqual(to: 0)
    let all = try isRead.onesLike()
    let safe = try count.onesLike().selected(where: isDead, otherwise: count)
    return try (all / Double(tokens)).selected(
      where: isDead.expanded(to: all.shape), otherwise: isRead / safe)
  }

  /// A map of what the rows that the head reads hold of each token: `[N, 1, h, w]` of an image's patches, `[N, T]`
  /// of text.
  ///
  /// - Parameters:
  ///   - matrix: A number for each pair of tokens, `[N, T, T]`.
  ///   - rows: See ``rows(_:)``.
  /// - Returns: The map.
  /// - Throws: `TorchError` when the shapes differ.
  func map(_ matrix: Tensor, rows: Tensor) throws -> Tensor {
    let values = try Tensor.call("aten::bmm", .tensor(rows), .tensor(matrix))
    return try map(of: values.reshaped([matrix.shape[0], matrix.shape[2]]))
  }

  /// The tokens that a map shows: an image's patches, or all.
  var columns: Range<Int> {
    get throws {
      if let grid { return grid.before..<(grid.before + grid.patchCount) }
      return 0..<(try pass.trace.shape(of: blocks[0].weights).last ?? 0)
    }
  }

  /// A number for each token as a map.
  func map(of values: Tensor) throws -> Tensor { try grid?.map(of: values) ?? values }

  /// A result, at the tokens' resolution.
  func attribution(_ map: Tensor, by method: any AttributionMethod) throws -> Attribution {
    try Attribution(
      map: map, ledger: Ledger(score: pass.score, map: map), target: pass.target, method: method,
      layer: blocks[blocks.count - 1].weights)
  }

  /// The identity for each sample of `[N, T, T]`.
  static func identity(like matrix: Tensor) throws -> Tensor {
    try .call(
      "aten::diag_embed", .tensor(matrix.selected(axis: 2, index: 0).onesLike()), .int(0), .int(-2),
      .int(-1))
  }

  /// `(I + step_L) … (I + step_1)`, the last block on the left.
  static func product(of steps: [Tensor]) throws -> Tensor {
    var result: Tensor?
    for step in steps {
      // (I + S) R = R + S R.
      guard let before = result else {
        result = try identity(like: step) + step
        continue
      }
      result = try before + Tensor.call("aten::bmm", .tensor(step), .tensor(before))
    }
    guard let result else {
      throw InterpretabilityError(.unsupported, "a product of no attentions")
    }
    return result
  }

  /// The residual stream before a block: what the first sum after its weighted values adds them to.
  ///
  /// - Throws: ``InterpretabilityError`` when nothing is added.
  func stream(before block: AttentionBlock) throws -> NodeID {
    let graph = pass.graph
    let start = try graph.index(of: block.output)
    let isDownstream = graph.isDescendant(of: [start])
    for index in start + 1..<graph.nodes.count where isDownstream[index] {
      let node = graph.nodes[index]
      guard node.layer is SumLayer else { continue }
      if let other = node.inputIndices.first(where: { !isDownstream[$0] }) {
        return graph.nodes[other].id
      }
    }
    throw InterpretabilityError(
      .unsupported, "the attention's values are added to nothing; att-cat needs a residual stream",
      node: block.output)
  }
}
