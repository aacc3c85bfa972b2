/// What the metrics of tokens change: which tokens may be taken away, and the scores without them.
struct TokenWords {
  let replacement: TokenReplacement
  /// Which tokens may be taken away, `bool` `[N, T]`.
  let isFree: Tensor
  /// The same as places, for each text.
  let free: [[Int]]
  /// The texts as the network takes them.
  let subject: MetricCase
  let scores: TargetScores

  init(_ texts: TokenCase) throws {
    let (rows, part) = (texts.question.rows, texts.question.part)
    replacement = try TokenReplacement(
      texts.replacement, texts.question.model, rows: rows, part: part)
    isFree = try texts.isFree()
    free = try texts.free()
    subject = try MetricCase(
      replacement.model, input: replacement.rows, method: Gradient(), target: texts.target,
      attribution: texts.answer.attribution, firstSample: texts.firstSample)
    scores = try TargetScores(subject)
  }
}

extension TokenCase {
  /// Which tokens may be taken away, `bool` `[N, T]`.
  func isFree() throws -> Tensor {
    let ids = try question.rows.narrowed(axis: 1, to: question.part.range)
    return try .call("aten::logical_not", .tensor(TokenBaseline.isOne(of: kept, ids)))
  }

  /// The places of these tokens, for each text.
  func free() throws -> [[Int]] {
    let (flags, count) = (try isFree().converted(to: .float64).doubles(), question.part.count)
    return (0..<question.rows.shape[0]).map { sample in
      (0..<count).filter { flags[sample * count + $0] != 0 }
    }
  }

  /// A metric of maps whose method is asked again, of each text's words alone.
  fileprivate func perText(
    _ metric: any AttributionMetric, _ evaluate: (MetricCase) throws -> MetricResult
  ) throws -> MetricResult {
    guard let method else {
      throw InterpretabilityError(
        .invalidOption,
        "\(metric.name) asks the method again; give TokenCase the method that made the values")
    }
    return try perText(by: method, evaluate)
  }

  /// A metric of maps, of each text's words alone; it has no value for a text of fewer than two.
  func perText(
    by method: any AttributionMethod = Gradient(),
    _ evaluate: (MetricCase) throws -> MetricResult
  ) throws -> MetricResult {
    let (rows, map) = (question.rows, answer.map)
    let samples = rows.shape[0]
    guard map.shape == [samples, question.part.count] else { throw noSingleValue }
    let free = try free()
    return try .joined(
      Computation.map(0..<samples) { sample in
        let row = try rows.narrowed(axis: 0, to: sample..<sample + 1)
        let base = (method as? RandomTokens)?.of(sample: firstSample + sample) ?? method
        let words = WordsMethod(base: base, words: free[sample])
        let own = try words.chosen(from: map.narrowed(axis: 0, to: sample..<sample + 1))
          .converted(to: .float64)
        let result = try evaluate(
          MetricCase(
            question.model, input: row, places: own, method: words,
            target: target.of(sample: sample, among: samples),
            attribution: answer.attribution.replacing(map: own),
            firstSample: firstSample + sample))
        return free[sample].count > 1 ? result : try result.withoutValues()
      })
  }
}

extension MetricResult {
  /// The same with no value for any sample: the question does not apply.
  fileprivate func withoutValues() throws -> MetricResult {
    try MetricResult(
      metric: metric, options: options, direction: direction, values: values.map { _ in nil },
      details: details.mapValues { $0.map { _ in nil } }, curves: curves)
  }
}

/// A method whose map is of some tokens only, those that are words of the text.
private struct WordsMethod: AttributionMethod {
  let base: any AttributionMethod
  let words: [Int]

  var name: String { base.name }
  var optionValues: [String: OptionValue] { base.optionValues }
  var promise: MapPromise { base.promise }

  func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution {
    let whole = try base.attribute(model, input: input, target: target)
    return try whole.replacing(map: chosen(from: whole.map))
  }

  func chosen(from map: Tensor) throws -> Tensor {
    let places = try Tensor(words.map(Int64.init), shape: [words.count]).moved(to: map.device)
    return try .call("aten::index_select", .tensor(map), .int(1), .tensor(places))
  }
}

/// Random values for tokens, whatever the network.
struct RandomTokens: AttributionMethod {
  let map: RandomMap
  let part: InputPart

  var name: String { map.name }
  var optionValues: [String: OptionValue] { map.optionValues }

  /// The values of one text in the data, alone.
  func of(sample: Int) -> any AttributionMethod {
    RandomTokens(map: RandomMap(seed: map.seed, firstSample: sample), part: part)
  }

  func attribute(_ model: Model, input: Tensor, target: Target) throws -> Attribution {
    let values = try map.map([input.shape[0], part.count]).converted(to: .float64)
    return try Gradient().attribute(model, input: input, target: target)
      .control(map: values, named: name)
  }
}

extension ParameterRandomization: TokenMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult {
    try subject.perText(self) { try evaluate($0) }
  }
}

extension RandomLogit: TokenMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult {
    try subject.perText(self) { try evaluate($0) }
  }
}

extension Infidelity: TokenMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult {
    guard perturbation == .square else {
      throw InterpretabilityError(
        .unsupported,
        "infidelity: of texts tokens are taken away, so that perturbation=gaussian is not defined")
    }
    let (rows, map) = (subject.question.rows, subject.answer.map)
    let tokens = subject.question.part.count
    guard map.shape == [rows.shape[0], tokens] else { throw subject.noSingleValue }
    let words = try TokenWords(subject)
    let random = CounterRandom(seed: UInt64(bitPattern: Int64(seed)), purpose: "infidelity")
    let values = try map.converted(to: .float64).doubles()
    let whole = try result(
      of: Computation.map(0..<rows.shape[0]) { sample in
        var predicted: [Double] = []
        let clean = try words.replacement.rows.narrowed(axis: 0, to: sample..<sample + 1)
        let changed = try words.scores(samples, of: sample) { range in
          var flags: [Double] = []
          for turn in range {
            let draws = random.uniforms(
              tokens, stream: words.subject.stream(sample: sample, turn: turn))
            let taken = words.free[sample].filter { draws[$0] < 0.5 }
            predicted.append(taken.reduce(0) { $0 + values[sample * tokens + $1] })
            var own = [Double](repeating: 0, count: tokens)
            for token in taken { own[token] = 1 }
            flags += own
          }
          let isTaken = try Tensor(flags, shape: [range.count, tokens]).isNotEqual(to: 0)
          return try words.replacement(
            clean.expanded(to: [range.count, clean.shape[1]]), taking: isTaken)
        }
        return Moments(
          predicted: predicted, actual: changed.logit.map { words.scores.clean.logit[sample] - $0 })
      })
    func applying(_ values: [Double?]) -> [Double?] {
      zip(values, words.free).map { $1.isEmpty ? nil : $0 }
    }
    return try result(
      applying(whole.values), details: whole.details.mapValues(applying), curves: whole.curves)
  }
}

extension MaxSensitivity: TokenMetric {
  func evaluate(_ subject: TokenCase) throws -> MetricResult {
    let (question, map) = (subject.question, subject.answer.map)
    let samples = question.rows.shape[0]
    // A control does not look at the input.
    guard let method = subject.method as? InputMethod else {
      guard subject.method is RandomTokens else {
        throw InterpretabilityError(
          .invalidOption,
          "\(name) asks the method again; give TokenCase the method that made the values")
      }
      let nothing = [Double?](repeating: 0, count: samples)
      return try result(nothing, details: ["average": nothing])
    }
    let random = CounterRandom(seed: UInt64(bitPattern: Int64(seed)), purpose: "sensitivity")
    var moved = [[Double]](repeating: [], count: samples)
    try Computation.forEach(0..<draws) { draw in
      let changed = try question.attribute(
        method.name, method.optionValues, target: subject.target
      ) { vectors in
        let span =
          try vectors.maximum(over: [1], keepingAxes: true)
          - vectors.minimum(over: [1], keepingAxes: true)
        let count = vectors.shape[1]
        let draws = (0..<samples).flatMap { sample in
          random.uniforms(
            count, stream: MetricCase.stream(sample: subject.firstSample + sample, turn: draw))
        }
        let uniform = try Tensor(draws, shape: [samples, count]).converted(to: vectors.dtype)
          .moved(to: vectors.device)
        return try vectors + (uniform * 2 - 1) * span * radius
      }
      let squares = try (changed.map - map).converted(to: .float64).squared().sumPerSample()
        .doubles()
      for (sample, square) in squares.enumerated() { moved[sample].append(square.squareRoot()) }
    }
    return try result(moved, relativeTo: map)
  }
}
