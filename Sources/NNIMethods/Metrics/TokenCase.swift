/// An explanation of texts by their tokens, to be judged by metrics.
///
/// Where a metric takes pixels away, tokens are taken away here, and ``replacement`` says what stands in their place; the
/// metric's own fill is not read. Curves have ``points`` equal steps whatever a text's length, at each of which so
/// many of its tokens are replaced, so that texts can be averaged. Tokens in ``kept`` are never replaced.
///
/// ```swift
/// let model = try Model(contentsOf: URL(filePath: "bert.onnx"))
/// let text = try TextInputs(["A good film."], for: model)
/// let question = try InputQuestion(model, inputs: text.values, of: text.name)
/// let answer = try question.attribute("gradient-x-input", target: .predicted)
/// let subject = TokenCase(question, answer, target: .predicted, replacement: .mean)
/// print(try subject.evaluate(DeletionCurve()).values)
/// ```
public struct TokenCase: Sendable {
  /// How many steps a curve has.
  public static let points = 20

  /// The network and the texts.
  public let question: InputQuestion
  /// The values of tokens, `[N, T]`.
  public let answer: InputAttribution
  /// What was explained, fixed for each sample.
  public let target: Target
  /// What stands in a token's place.
  public let replacement: TokenFill
  /// Ids of tokens that are never replaced, such as those around a text.
  public let kept: [Int]
  /// The position of the first text in the data, by which random numbers are keyed.
  public let firstSample: Int
  /// What made the values, which some metrics ask again.
  public let method: (any AttributionMethod)?

  /// An explanation to be judged.
  ///
  /// - Parameters:
  ///   - question: The network and the texts.
  ///   - answer: One value for each token.
  ///   - target: What was explained.
  ///   - replacement: What stands in a token's place.
  ///   - kept: Ids of tokens that stay.
  ///   - firstSample: The position of the first text in the data, 0 or more.
  ///   - method: What made the values, for metrics that ask it again: ``MaxSensitivity``, ``ParameterRandomization`` and
  ///     ``RandomLogit``.
  public init(
    _ question: InputQuestion, _ answer: InputAttribution, target: Target,
    replacement: TokenFill, keeping kept: [Int] = [], firstSample: Int = 0,
    by method: InputMethod? = nil
  ) {
    self.init(question, answer, target, replacement, kept, firstSample, method)
  }

  private init(
    _ question: InputQuestion, _ answer: InputAttribution, _ target: Target,
    _ replacement: TokenFill, _ kept: [Int], _ firstSample: Int, _ method: (any AttributionMethod)?
  ) {
    let classes = answer.attribution.classes
    self.question = question
    self.answer = answer
    self.target = classes.count == question.rows.shape[0] ? .classes(classes) : target
    self.replacement = replacement
    self.kept = kept
    self.firstSample = firstSample
    self.method = method
  }

  /// Judges the explanation.
  ///
  /// - Throws: ``InterpretabilityError`` for a metric that is of images, or of methods, and not of tokens.
  public func evaluate(_ metric: any AttributionMetric) throws -> MetricResult {
    switch metric {
    case let metric as any TokenMetric: return try metric.evaluate(self)
    case is Sparseness, is Complexity:
      return try perText { try metric.evaluate($0) }
    case is CompletenessResidual:
      // It reads the map and the ledger alone.
      let map = try answer.map.converted(to: .float64)
      guard map.rank == 2 else { throw noSingleValue }
      let subject = try MetricCase(
        question.model, input: map, method: Gradient(), target: target,
        attribution: answer.attribution.replacing(map: map), firstSample: firstSample)
      return try metric.evaluate(subject)
    default:
      throw InterpretabilityError(
        .unsupported,
        "\(metric.name) is not defined on tokens; deletion, insertion, pixel-flipping, infidelity, max-sensitivity, "
          + "parameter-randomization, random-logit, sparseness, complexity and completeness-residual are"
      )
    }
  }

  /// The same texts with random values, which any explanation must beat.
  public func randomized(seed: Int = 0) throws -> TokenCase {
    let map = try RandomMap(seed: seed, firstSample: firstSample)
      .map([question.rows.shape[0], question.part.count]).converted(to: .float64)
    let control = InputAttribution(
      map: map, attribution: try answer.attribution.control(map: map, named: "random"))
    return TokenCase(
      question, control, target, replacement, kept, firstSample,
      RandomTokens(map: RandomMap(seed: seed, firstSample: firstSample), part: question.part))
  }

  var noSingleValue: InterpretabilityError {
    InterpretabilityError(
      .unsupported,
      "\(answer.attribution.method) gives no single value for a token, but a map \(answer.map.shape)"
    )
  }

  /// Which tokens go first.
  enum Order { case falling, rising, random(CounterRandom) }

  /// The scores of each text while its tokens are taken away, or brought back, in an order.
  func curves(
    _ kind: ScoreKind, _ order: Order, isInserting: Bool
  ) throws -> (scores: TargetScores, curves: [TargetScores.Values], places: [Double]) {
    let (rows, part) = (question.rows, question.part)
    guard answer.map.shape == [rows.shape[0], part.count] else { throw noSingleValue }
    let words = try TokenWords(self)
    let (replacement, scores) = (words.replacement, words.scores)
    let empty = try replacement(replacement.rows, taking: words.isFree)
    _ = try scores.chosen(kind, of: scores.clean)
    let values = try answer.map.converted(to: .float64).doubles()
    let owners = replacement.owners
    let curves = try Computation.map(0..<rows.shape[0]) { sample in
      let begin = sample * part.count
      let tokens = words.free[sample]
      let keys: [Double]
      switch order {
      case .falling: keys = tokens.map { -values[begin + $0] }
      case .rising: keys = tokens.map { values[begin + $0] }
      case .random(let random):
        keys = random.uniforms(
          tokens.count, stream: words.subject.stream(sample: sample, turn: 0)
        )
        .map(Double.init)
      }
      let sorted = tokens.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { tokens[$0] }
      // What is never taken away has the last rank.
      var ranks = [Int](repeating: part.count, count: part.count)
      for (rank, token) in sorted.enumerated() { ranks[token] = rank }
      let counts = (0...Self.points).map {
        Int((Double($0 * tokens.count) / Double(Self.points)).rounded())
      }
      let distinct = Set(counts).sorted()
      let (whole, bare) = try (
        replacement.rows.narrowed(axis: 0, to: sample..<sample + 1),
        empty.narrowed(axis: 0, to: sample..<sample + 1)
      )
      let found = try RankedReplacement(
        ranks: owners.map { $0 < 0 ? part.count : ranks[$0] }, thresholds: distinct)(
          sample, from: isInserting ? bare : whole, to: isInserting ? whole : bare, scores)
      let places = counts.map { distinct.firstIndex(of: $0) ?? 0 }
      return TargetScores.Values(
        logit: places.map { found.logit[$0] },
        probability: found.probability.isEmpty ? [] : places.map { found.probability[$0] })
    }
    return (scores, curves, (0...Self.points).map { Double($0) / Double(Self.points) })
  }
}

/// A metric that can also take tokens away.
protocol TokenMetric: AttributionMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult
}

extension DeletionCurve: TokenMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult {
    let (scores, curves, places) = try subject.curves(score, .falling, isInserting: false)
    let (values, details, named) = try scores.measured(curves, at: places, score) { $0.areas }
    return try result(values, details: details, curves: named)
  }
}

extension InsertionCurve: TokenMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult {
    let (scores, curves, places) = try subject.curves(score, .falling, isInserting: true)
    let (values, details, named) = try scores.measured(curves, at: places, score) { $0.areas }
    return try result(values, details: details, curves: named)
  }
}

extension PixelFlipping: TokenMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult {
    let chosen: TokenCase.Order =
      switch order {
      case .morf: .falling
      case .lerf: .rising
      case .random: .random(random)
      }
    let (scores, curves, places) = try subject.curves(score, chosen, isInserting: false)
    let (values, details, named) = try scores.measured(curves, at: places, score) { $0.meanFalls }
    return try result(values, details: details, curves: named)
  }
}
