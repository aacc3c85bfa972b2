/// Where an image's patches stand among the tokens of a vision transformer: the grid of its patch convolution, and
/// how many tokens come before and after, such as class and register tokens.
struct TokenGrid {
  /// Rows of patches.
  let height: Int
  /// Columns of patches.
  let width: Int
  /// How many tokens stand before the patches.
  let before: Int
  /// How many tokens stand after them.
  let after: Int

  /// How many patches there are.
  var patchCount: Int { height * width }
  /// How many tokens there are.
  var tokenCount: Int { before + patchCount + after }

  /// The grid that a recorded pass has before its first attention; `nil` where no convolution leads to it, as in
  /// networks of text, or where attention is over windows.
  init?(_ trace: Trace) {
    let graph = trace.graph
    guard let block = graph.attentionBlocks.first,
      let weights = try? trace.shape(of: block.weights), weights.count >= 3,
      let end = try? graph.index(of: block.weights)
    else { return nil }
    let tokens = weights[weights.count - 1]
    let isUpstream = graph.isAncestor(of: end)
    var grid: [Int]?
    var (before, after) = (0, 0)
    for index in 0..<end where isUpstream[index] {
      let node = graph.nodes[index]
      if node.layer.kind == .convolution, let shape = try? trace.shape(of: node.id),
        shape.count == 4
      {
        grid = [shape[2], shape[3]]
        (before, after) = (0, 0)
      } else if let layer = node.layer as? SurroundLayer, grid != nil,
        let shape = try? trace.shape(of: node.id), shape.count == 3
      {
        let axis = layer.axis < 0 ? layer.axis + shape.count : layer.axis
        guard axis == 1 else { continue }
        before += layer.before?.shape[1] ?? 0
        after += layer.after?.shape[1] ?? 0
      }
    }
    guard let grid, grid[0] * grid[1] > 0 else { return nil }
    let others = tokens - grid[0] * grid[1]
    guard others >= 0 else { return nil }
    // Tokens that no constant brought in come first.
    if before + after != others { (before, after) = (others, 0) }
    (height, width) = (grid[0], grid[1])
    (self.before, self.after) = (before, after)
  }

  /// Whether a value is one vector for each token, `[N, T, D]`.
  func holds(_ shape: [Int]) -> Bool { shape.count == 3 && shape[1] == tokenCount }

  /// The patches of `[N, T, …]` alone, `[N, patches, …]`.
  func patches(of tokens: Tensor) throws -> Tensor {
    try tokens.narrowed(axis: 1, to: before..<(before + patchCount))
  }

  /// `[N, T, D]` as feature maps `[N, D, h, w]`, without the other tokens.
  func featureMaps(of tokens: Tensor) throws -> Tensor {
    let shape = tokens.shape
    return try patches(of: tokens).transposed(1, 2)
      .reshaped([shape[0], shape[2], height, width])
  }

  /// A value for each token, `[N, T]`, on the grid, `[N, 1, h, w]`.
  func map(of values: Tensor) throws -> Tensor {
    try patches(of: values).reshaped([values.shape[0], 1, height, width])
  }

  /// Feature maps `[N, m, D, h, w]` as tokens `[N, m, T, D]`, with the other tokens as a value `[N, T, D]` has them.
  func tokens(of variants: Tensor, beside value: Tensor) throws -> Tensor {
    let shape = variants.shape
    let patches = try variants.reshaped([shape[0], shape[1], shape[2], patchCount]).transposed(2, 3)
    func others(_ range: Range<Int>) throws -> Tensor {
      let part = try value.narrowed(axis: 1, to: range).unsqueezed(1)
      return try part.expanded(to: [shape[0], shape[1], range.count, shape[2]])
    }
    return try .concatenated(
      [others(0..<before), patches, others((tokenCount - after)..<tokenCount)], axis: 2)
  }

  /// The layer whose tokens a class activation map is made of by default; `nil` where the last feature maps are
  /// no tokens.
  ///
  /// Where a class token is read after the last attention, no patch counts behind it: there it is what the last
  /// attention reads. Otherwise it is the last layer with a vector for each token.
  func lastLayer(_ recording: Recording, before end: NodeID) throws -> NodeID? {
    let graph = recording.graph
    let target = try graph.index(of: end)
    let isUpstream = graph.isAncestor(of: target)
    guard
      let block = try graph.attentionBlocks.last(where: {
        isUpstream[try graph.index(of: $0.output)]
      })
    else { return nil }
    let output = try graph.index(of: block.output)
    let isDownstream = graph.isDescendant(of: [output])
    let isHeld = graph.nodes.map { node in
      (try? recording.trace.shape(of: node.id)).map(holds) ?? false
    }
    let last = graph.nodes.indices.last { isUpstream[$0] && isHeld[$0] && $0 != target }
    guard let last, before + after > 0 || !isDownstream[last] else {
      return last.map { graph.nodes[$0].id }
    }
    let beforeValues = graph.isAncestor(of: try graph.index(of: block.values))
    return graph.nodes.indices.last { index in
      beforeValues[index] && isHeld[index]
        && !graph.projections(of: [block]).contains(graph.nodes[index].id)
        && graph.nodes[index].layer.kind != .structural
    }.map { graph.nodes[$0].id }
  }
}
