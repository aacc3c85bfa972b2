/// The score of a fixed target for variants of a batch, a few of them in one forward pass.
///
/// The target is fixed from the clean batch. Nothing is recorded.
struct VariantScores {
  /// How many variants go through the network at once, unless stated otherwise.
  ///
  /// SqueezeNet on two cores: 169 inputs of 224×224 take 3.5 s one by one, 3.7 s by 8, 5.1 s by 64, and
  /// memory grows with the number. Small layers are the ones that gain.
  static let usualBatch = 8

  /// The clean forward pass.
  let pass: BackwardPass
  let kind: ScoreKind
  /// The clean score of each sample, `[N]`.
  let clean: Tensor
  private let batch: Int

  /// Fixes the target of a clean pass.
  ///
  /// - Throws: ``InterpretabilityError`` for the probability of something that is no class.
  init(_ pass: BackwardPass, kind: ScoreKind = .logit, batch: Int = usualBatch) throws {
    self.pass = pass
    self.kind = kind
    self.batch = batch
    clean = try Self.score(pass.trace[pass.target.node], pass.target, kind)
  }

  /// The scores of `count` variants of every sample.
  ///
  /// - Parameters:
  ///   - count: How many variants there are of each sample.
  ///   - node: The node whose value differs; what does not depend on it is not computed again.
  ///   - tokens: Where the node is the input: the part of the network in which tokens before the first one that
  ///     differs in a chunk of variants are not computed again, if there is one.
  ///   - variants: The node's values for some of the variants, `[N, m, …]`.
  /// - Returns: `[N, count]`.
  /// - Throws: ``InterpretabilityError`` that names the node at which a layer refused its inputs.
  func callAsFunction(
    _ count: Int, at node: NodeID, tokens: TokenPart? = nil,
    _ variants: (Range<Int>) throws -> Tensor
  ) throws -> Tensor {
    let samples = clean.shape[0]
    let chunk = max(1, batch / samples)
    let scores = try Computation.map(Array(stride(from: 0, to: count, by: chunk))) { begin in
      let range = begin..<min(begin + chunk, count)
      let values = try variants(range)
      let flat = try values.reshaped([samples * range.count] + values.shape.dropFirst(2))
      let target = try pass.target.repeated(range.count)
      let value =
        try tokens.flatMap { try laterRows($0, flat) }
        ?? pass.trace.forward(replacing: node, with: flat, to: target.node)
      return try Self.score(value, target, kind).reshaped([samples, range.count])
    }
    return try .concatenated(scores, axis: 1)
  }

  /// The target's value for inputs `[N·m, …]`, of which only the rows of later tokens are computed; `nil` where none
  /// can be left out.
  private func laterRows(_ part: TokenPart, _ rows: Tensor) throws -> Tensor? {
    let trace = pass.trace
    guard let first = try part.firstReplaced(rows, clean: trace[trace.graph.input]), first > 0
    else { return nil }
    // Where nothing differs the last token stands for all.
    return try trace.forward(part, rows: rows, from: min(first, part.tokens - 1))
  }

  /// The scores of inputs that differ from the clean ones in a box each, by the patches' positions,
  /// `[patches]`.
  func callAsFunction(
    _ schedule: PatchSchedule, contents: (PatchBatch, PatchRegion) throws -> Tensor
  ) throws -> Tensor {
    var (places, scores): ([Int], [Tensor]) = ([], [])
    try pass.trace.forward(schedule, contents: contents) { positions, samples, values in
      places += positions
      scores.append(try Self.score(values, pass.target.selected(samples), kind))
    }
    var order = [Int64](repeating: 0, count: places.count)
    for (index, place) in places.enumerated() { order[place] = Int64(index) }
    return try .call(
      "aten::index_select", .tensor(.concatenated(scores, axis: 0)), .int(0),
      .tensor(Tensor(order, shape: [order.count])))
  }

  private static func score(
    _ value: Tensor, _ target: ResolvedTarget, _ kind: ScoreKind
  ) throws -> Tensor {
    try kind == .logit ? target.score(value) : target.probability(value)
  }
}
