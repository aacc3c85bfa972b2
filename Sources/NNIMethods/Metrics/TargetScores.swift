/// The target's logit and probability for changed inputs, the target fixed from the clean ones.
///
/// Inputs run in chunks as large as the model's memory budget allows, which changes results by rounding
/// only. Complete passes are made: unlike an occluding window, what a curve has replaced after a few steps
/// lies all over the image, and its bounding box is nearly the whole of it.
struct TargetScores {
  /// Numbers for some inputs.
  struct Values {
    /// The target's value before the softmax or sigmoid.
    var logit: [Double] = []
    /// After it; empty when the target is a neuron or a number.
    var probability: [Double] = []
  }

  /// The score of each clean sample.
  let clean: Values
  /// Whether there are probabilities.
  var hasProbability: Bool { !clean.probability.isEmpty }
  private let graph: Graph
  private let target: ResolvedTarget
  private let atOnce: Int

  /// More at once are not faster, see ``VariantScores``.
  private static let most = VariantScores.usualBatch

  /// Runs the clean batch.
  init(_ subject: MetricCase) throws {
    let recording = try Recording(subject.model, input: subject.input, scoring: subject.target)
    target = try subject.target.resolved(recording.trace, subject.model.outputMeaning)
    var graph = recording.graph
    try graph.setOutput(target.node)
    self.graph = graph
    atOnce = MemoryBudget.inputsAtOnce(
      try recording.trace.bytesPerSample(), most: Self.most)
    clean = try Self.values(recording.trace[target.node], target)
  }

  /// The scores of changed inputs.
  ///
  /// - Parameters:
  ///   - count: How many there are.
  ///   - sample: The sample that they are made of.
  ///   - inputs: Some of them, `[m, …]`.
  /// - Returns: A score for each.
  /// - Throws: ``InterpretabilityError`` when the network refuses; `CancellationError`.
  func callAsFunction(
    _ count: Int, of sample: Int, _ inputs: (Range<Int>) throws -> Tensor
  ) throws -> Values {
    var all = Values()
    try Computation.forEach(Array(stride(from: 0, to: count, by: atOnce))) { begin in
      let range = begin..<min(begin + atOnce, count)
      let value = try graph.forward(inputs(range))
      let own = try Self.values(
        value, target.selected([Int](repeating: sample, count: range.count)))
      all.logit += own.logit
      all.probability += own.probability
    }
    return all
  }

  private static func values(_ value: Tensor, _ target: ResolvedTarget) throws -> Values {
    let value = try value.converted(to: .float64)
    let target = ResolvedTarget(
      node: target.node, weights: try target.weights.converted(to: .float64),
      classes: target.classes, meaning: target.meaning)
    return Values(
      logit: try target.score(value).doubles(),
      probability: target.hasProbability(of: value)
        ? try target.probability(value).doubles() : [])
  }

  /// The values of one kind.
  ///
  /// - Throws: ``InterpretabilityError`` for the probability of something that is no class.
  func chosen(_ kind: ScoreKind, of values: Values) throws -> [Double] {
    guard kind == .probability else { return values.logit }
    guard hasProbability else {
      // Says why there is none.
      _ = try target.probability(target.weights)
      return []
    }
    return values.probability
  }
}
