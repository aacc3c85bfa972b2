/// Where attention looks, as methods that need its weights read it.
///
/// The map is of an image's patches, `[N, 1, h, w]`, without class and register tokens, or of a text's tokens,
/// `[N, T]`. It is read in the rows that the head reads: the class token's, the last token's, or the mean of those
/// that it averages. Weights over windows are refused.
///
/// Attention is not an explanation by itself: weights say what is mixed, not what for.
public struct AttentionMap: ConfigurableMethod, RecordedMethod, DifferentiatingMethod {
  /// Which method.
  public enum Variant: String, Sendable, CaseIterable {
    /// The last block's weights, mean over heads, whatever the target.
    case raw = "attention"
    /// All blocks' weights multiplied, with the skip connections, whatever the target.
    case rollout = "attention-rollout"
    /// The largest flow from the rows that the head reads to each token, through all blocks' attention with the skip
    /// connections, whatever the target.
    case flow = "attention-flow"
    /// How much each token's vector contributes to what attention makes of the tokens, multiplied through the blocks,
    /// whatever the target: ALTI.
    case contributions = "token-contributions"
    /// Weights times the score's derivative by them, positive ones, added up through the blocks.
    case generic = "generic-attention"
    /// Input times gradient of each block's tokens, times the attention that they get.
    case cat = "att-cat"
    /// Weights' relevance times the score's derivative by them, multiplied through the blocks.
    case relevance = "transformer-attribution"
  }

  /// How heads become one matrix.
  public enum Heads: String, Sendable, CaseIterable {
    case mean, max, min
  }

  /// Which method.
  public var variant: Variant
  /// How ``Variant/rollout`` joins heads.
  public var heads: Heads
  /// The share of the smallest weights that ``Variant/rollout`` leaves out, 0 to 1.
  public var discard: Double
  /// How ``Variant/cat`` differentiates.
  public var propagation: GradientPropagation

  /// Creates the method.
  ///
  /// - Reference: Vaswani et al. 2017, figure 3 (`vaswani2017attention`); Abnar and Zuidema 2020, *Quantifying
  ///   Attention Flow in Transformers*, equation 1 and section 3 (`abnar2020quantifying`); Chefer et al. 2021, *Generic
  ///   Attention-model Explainability*, equations 5 and 6 (`chefer2021generic`); Qiang et al. 2022, *AttCAT*,
  ///   equation 8 (`qiang2022attcat`); Chefer et al. 2021, *Transformer Interpretability Beyond Attention
  ///   Visualization*, equations 13 and 14 (`chefer2021transformer`).
  public init(
    _ variant: Variant, heads: Heads = .mean, discard: Double = 0,
    propagation: GradientPropagation = .gradient
  ) {
    self.variant = variant
    self.heads = heads
    self.discard = discard
    self.propagation = propagation
  }

  public var name: String { variant.rawValue }

  public var options: [MethodOption<Self>] {
    switch variant {
    case .rollout:
      [
        .choice("heads", \.heads, "how heads become one matrix"),
        .number("discard", \.discard, "the share of the smallest weights left out", in: 0...1),
      ]
    case .cat: [.propagation]
    case .raw, .flow, .contributions, .generic, .relevance: []
    }
  }

  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    switch variant {
    case .raw: try AttentionReading.scope(in: graph, before: target, onlyLast: true)
    case .rollout, .flow: try AttentionReading.scope(in: graph, before: target)
    case .generic: try AttentionReading.scope(in: graph, before: target, isDerived: true)
    case .contributions, .cat, .relevance: nil
    }
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let reading = try AttentionReading(recording, target: target, for: name)
    let matrix: Tensor
    switch variant {
    case .cat:
      return try reading.attribution(reading.map(of: contributions(reading)), by: self)
    case .flow:
      let flow = try AttentionFlow(reading.weights.map { try residual($0.mean(over: [1])) })
      let values = try flow(reading.rows(reading.outputGradient), to: reading.columns)
      return try reading.attribution(reading.map(of: values), by: self)
    case .generic, .relevance:
      let (derivatives, output) = try reading.gradients()
      let relevance =
        variant == .generic ? try reading.weights : try TransformerRelevance(reading).weights()
      matrix = try AttentionReading.product(
        of: zip(relevance, derivatives).map { try ($0 * $1).positivePart().mean(over: [1]) })
      return try reading.attribution(reading.map(matrix, rows: reading.rows(output)), by: self)
    case .raw: matrix = try reading.lastWeights.mean(over: [1])
    case .rollout:
      var product: Tensor?
      for weight in try reading.weights {
        let step = try residual(discarding(fused(weight)))
        product = try product.map { try .call("aten::bmm", .tensor(step), .tensor($0)) } ?? step
      }
      matrix = try product ?? reading.lastWeights.mean(over: [1])
    case .contributions: matrix = try TokenContributions(reading).product()
    }
    let rows = try reading.rows(reading.outputGradient)
    return try reading.attribution(reading.map(matrix, rows: rows), by: self)
  }

  /// `[N, heads, T, T]` as `[N, T, T]`.
  private func fused(_ weights: Tensor) throws -> Tensor {
    switch heads {
    case .mean: try weights.mean(over: [1])
    case .max: try weights.maximum(over: [1], keepingAxes: false)
    case .min: try weights.negated().maximum(over: [1], keepingAxes: false).negated()
    }
  }

  /// The matrix without its smallest entries; the first one, `[0, 0]`, always stays.
  private func discarding(_ matrix: Tensor) throws -> Tensor {
    let (samples, tokens) = (matrix.shape[0], matrix.shape[1])
    let count = Int(discard * Double(tokens * tokens))
    guard count > 0 else { return matrix }
    let flat = try matrix.reshaped([samples, tokens * tokens])
    let order = try Tensor.tensors(
      of: "aten::sort.stable", [.tensor(flat), .bool(true), .int(1), .bool(false)])[1]
    let smallest = try order.narrowed(axis: 1, to: 0..<count)
    let kept = try Tensor.call(
      "aten::scatter.value", .tensor(flat.onesLike()), .int(1), .tensor(smallest), .double(0))
    let first = try kept.narrowed(axis: 1, to: 0..<1).onesLike()
    let rest = try kept.narrowed(axis: 1, to: 1..<tokens * tokens)
    return try (flat * .concatenated([first, rest], axis: 1)).reshaped([samples, tokens, tokens])
  }

  /// `A + I`, each row divided by its sum.
  private func residual(_ matrix: Tensor) throws -> Tensor {
    let sum = try matrix + AttentionReading.identity(like: matrix)
    return try sum / sum.sum(over: [2], keepingAxes: true)
  }

  /// For each token the sum over blocks of its attention times its input times gradient, `[N, T]`.
  private func contributions(_ reading: AttentionReading) throws -> Tensor {
    let streams = try reading.blocks.map(reading.stream)
    let propagation = try reading.pass.trace.propagate(
      reading.pass.unitSeed, using: propagation.rules(for: reading.pass.graph), reading: streams)
    var total: Tensor?
    for (stream, weight) in zip(streams, try reading.weights) {
      let value = try reading.pass.trace[stream]
      guard value.rank == 3, value.shape[1] == weight.shape[3] else {
        throw InterpretabilityError(
          .unsupported, "att-cat needs the tokens as [N, T, D]; here they are \(value.shape)",
          node: stream)
      }
      let own = try (value * propagation[stream]).sum(over: [2])
      let term = try weight.mean(over: [1, 2]) * own
      total = try total.map { try $0 + term } ?? term
    }
    guard let total else { throw InterpretabilityError(.unsupported, "no attentions") }
    return total
  }
}

extension AttentionMap: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        AttentionMap(.raw), "Where the last block's attention looks, whatever the class.",
        cites: ["vaswani2017attention"]),
      MethodEntry(
        AttentionMap(.rollout), "Where all blocks' attention together looks, whatever the class.",
        cites: ["abnar2020quantifying"]),
      MethodEntry(
        AttentionMap(.flow), "How much all blocks' attention can carry, whatever the class.",
        cites: ["abnar2020quantifying", "dinic1970algorithm"]),
      MethodEntry(
        AttentionMap(.contributions),
        "How much tokens' vectors contribute through all blocks, whatever the class (ALTI).",
        cites: ["ferrando2022measuring"]),
      MethodEntry(
        AttentionMap(.generic), "Attention that raises the score, through all blocks.",
        cites: ["chefer2021generic"]),
      MethodEntry(
        AttentionMap(.cat), "Input times gradient of every block's tokens, by attention.",
        cites: ["qiang2022attcat"]),
      MethodEntry(
        AttentionMap(.relevance),
        "Attention's relevance that raises the score, through all blocks.",
        cites: ["chefer2021transformer"]),
    ]
  }
}
