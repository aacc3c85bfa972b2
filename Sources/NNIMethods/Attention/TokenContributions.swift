/// How much each token's vector contributes to what attention makes of each token, block by block.
///
/// With attention's weights and norms' divisors as constants a block's attention, with its output layer, skip connection
/// and the norm after it (or the one before it), is a sum of a vector from each token and one from biases:
///
///     y_i = Σ_j T_i(x_j) + b_i        T_i(x_j) = L_i(Σ_h A^h_ij W_O^h W_V^h x_j + [i = j] x_j)
///     c_ij = max(0, ‖y_i‖₁ − ‖y_i − T_i(x_j)‖₁), each row divided by its sum
///
/// `L_i` is the part of a norm after the sum that is linear, `w (u − mean u) / σ_i`, as in BERT. Where the norm stands
/// before attention, its part at `x_j` takes `W_V`'s place in front, and nothing stands after the sum. A row whose
/// contributions are all 0 stays with its own token.
///
/// - Reference: Ferrando, Gállego and Costa-jussà 2022, *Measuring the Mixing of Contextual Information in the
///   Transformer*, equations 5 to 9 (`ferrando2022measuring`).
struct TokenContributions {
  private let reading: AttentionReading

  init(_ reading: AttentionReading) { self.reading = reading }

  private var graph: Graph { reading.pass.graph }
  private var trace: Trace { reading.pass.trace }

  /// All blocks' contributions multiplied, the last block on the left, `[N, T, T]`.
  func product() throws -> Tensor {
    var product: Tensor?
    try Computation.forEach(reading.blocks) { block in
      let step = try contributions(of: block)
      product = try product.map { try .call("aten::bmm", .tensor(step), .tensor($0)) } ?? step
    }
    guard let product else { throw InterpretabilityError(.unsupported, "no attentions") }
    return product
  }

  /// `c_ij` of a block, `[N, T, T]`; rows sum to 1.
  func contributions(of block: AttentionBlock) throws -> Tensor {
    let parts = try Parts(block, reading)
    let samples = try (0..<parts.output.shape[0]).map { sample -> Tensor in
      let rows = try parts.chunks.map { rows -> Tensor in
        let vectors = try parts.vectors(sample, rows)
        let whole = try parts.output.selected(axis: 0, index: sample)
          .narrowed(axis: 0, to: rows).unsqueezed(1)
        let size = try whole.magnitude().sum(over: [2])
        let distance = try (whole - vectors).magnitude().sum(over: [2])
        return try (size - distance).positivePart()
      }
      return try Tensor.concatenated(rows, axis: 0).unsqueezed(0)
    }
    let raw = try Tensor.concatenated(samples, axis: 0)
    let sum = try raw.sum(over: [2], keepingAxes: true)
    let isEmpty = try sum.isEqual(to: 0)
    let safe = try sum.onesLike().selected(where: isEmpty, otherwise: sum)
    return try AttentionReading.identity(like: raw)
      .selected(where: isEmpty.expanded(to: raw.shape), otherwise: raw / safe)
  }

  /// `T_i(x_j)` of a block for all of its tokens, `[N, T, T, D]`, and what they add up to but for biases, `y`.
  ///
  /// Contributions are computed a few rows at a time; this is all of it at once.
  func vectors(of block: AttentionBlock) throws -> (vectors: Tensor, output: Tensor) {
    let parts = try Parts(block, reading)
    let all = try (0..<parts.output.shape[0]).map {
      try parts.vectors($0, 0..<parts.output.shape[1]).unsqueezed(0)
    }
    return (try .concatenated(all, axis: 0), parts.output)
  }
}

extension TokenContributions {
  /// A block taken apart.
  private struct Parts {
    /// What the block's attention makes of each token, `[N, T, D]`.
    let output: Tensor
    /// The residual stream before it, `[N, T, D]`.
    private let stream: Tensor
    /// Attention's weights as they are multiplied, `[N, heads, T, T]`.
    private let weights: Tensor
    /// `W_O^h W_V^h x_j`, `[N, heads, T, D]`.
    private let values: Tensor
    /// Nodes of the norm after the sum, in order.
    private let ending: [Graph.Node]
    private let trace: Trace

    init(_ block: AttentionBlock, _ reading: AttentionReading) throws {
      let (graph, trace) = (reading.pass.graph, reading.pass.trace)
      self.trace = trace
      let before = try reading.stream(before: block)
      let stream = try trace[before]
      func refusal(_ what: String, _ node: NodeID) -> InterpretabilityError {
        InterpretabilityError(.unsupported, "token-contributions: \(what)", node: node)
      }
      let product = try graph[block.output]
      guard let operand = product.inputs.first(where: { $0 != block.values }),
        product.inputs.count == 2
      else {
        throw refusal("attention's weights are multiplied in no way that is known", product.id)
      }
      let weights = try AttentionReading.perHead(trace[operand])
      let tokens = weights.shape[3]
      guard stream.rank == 3, stream.shape[1] == tokens else {
        throw refusal("the tokens should be [N, T, D]; here they are \(stream.shape)", before)
      }
      // The values that come of the stream, without biases.
      let path = try graph.path(from: before, to: block.values)
      let own = try FrozenPath(trace, path)(stream, copies: 1)
      let shape = try trace[block.output].shape
      let perHead = try Tensor.call(
        "aten::expand",
        .tensor(own), .ints(Array(shape.dropLast(2)) + own.shape.suffix(2)), .bool(false))
      let heads = shape.dropFirst().dropLast(2).reduce(1, *)
      guard shape.suffix(2) == [tokens, own.shape[own.rank - 1]], weights.shape[1] == heads,
        own.shape[own.rank - 2] == tokens
      else {
        throw refusal(
          "weights \(weights.shape) times values \(own.shape) give \(shape); wanted [N, heads, T, d]",
          block.output)
      }
      // Each head's values alone through the output layer, the heads behind one another in the batch.
      let flat = try perHead.reshaped([shape[0], heads] + own.shape.suffix(2))
      let copies = try (0..<heads).map { head -> Tensor in
        let before = try flat.narrowed(axis: 1, to: 0..<head).zerosLike()
        let after = try flat.narrowed(axis: 1, to: head + 1..<heads).zerosLike()
        return try Tensor.concatenated(
          [before, flat.narrowed(axis: 1, to: head..<head + 1), after], axis: 1
        ).reshaped(shape)
      }
      let sum = try graph.sum(after: block, of: before)
      let tail = try graph.path(from: block.output, to: sum.branch)
      let mapped = try FrozenPath(trace, tail)(.concatenated(copies, axis: 0), copies: heads)
      guard mapped.shape == [heads * shape[0]] + stream.shape.dropFirst() else {
        throw refusal(
          "the output layer gives \(mapped.shape), the stream is \(stream.shape)", sum.id)
      }
      values = try mapped.reshaped([heads, shape[0], tokens, stream.shape[2]]).transposed(0, 1)
      self.weights = weights
      self.stream = stream
      ending = try graph.norm(after: sum.id)
      output = try trace[ending.last?.id ?? sum.id]
    }

    /// Rows a few at a time, so that their vectors take some 64 MB.
    var chunks: [Range<Int>] {
      let (tokens, width) = (output.shape[1], output.shape[2])
      let step = max(1, 8_000_000 / (tokens * width))
      return stride(from: 0, to: tokens, by: step).map { $0..<min($0 + step, tokens) }
    }

    /// `T_i(x_j)` for some rows of a sample, `[rows, T, D]`.
    func vectors(_ sample: Int, _ rows: Range<Int>) throws -> Tensor {
      let mixed = try Tensor.call(
        "aten::bmm",
        .tensor(
          weights.selected(axis: 0, index: sample).narrowed(axis: 1, to: rows).permuted([2, 1, 0])),
        .tensor(values.selected(axis: 0, index: sample).transposed(0, 1))
      ).transposed(0, 1)
      let own = try AttentionReading.identity(like: weights.selected(axis: 1, index: 0))
        .selected(axis: 0, index: sample).narrowed(axis: 0, to: rows).unsqueezed(2)
      var vectors = try mixed + own * stream.selected(axis: 0, index: sample).unsqueezed(0)
      for node in ending {
        vectors = try Frozen.apply(node, trace, to: vectors) {
          try $0.selected(axis: 0, index: sample).narrowed(axis: 0, to: rows).unsqueezed(1)
        }
      }
      return vectors
    }
  }
}
