/// How soon the class's probability falls when the most important pixels are taken away first.
///
/// Pixels, all channels together, are replaced in the order of falling values (of equal ones the first
/// comes first), so many at each of `⌈pixels / step⌉` steps; after each the network is asked. The value is the
/// area under the curve by the trapezoid rule, with equal steps `(Σ_{k=0}^{n} s_k − ½ s_0 − ½ s_n) / n`.
/// Curves `probability` and `logit` hold each image's scores by the share of pixels taken.
///
/// With `steps` above 0 there are so many steps that widen: after the `k`-th of `n`, `(k / n)²` of the pixels
/// are replaced. A score that falls within the first percent of the pixels is then followed with few
/// passes, where few equal steps would take the fall for a straight line and make the area of every good
/// map the same. `nni compare` asks so.
///
/// It misleads where the network has never seen such images: a few replaced pixels can break any
/// prediction, and maps of scattered single pixels do so sooner than connected ones.
///
/// - Reference: Petsiuk, Das and Saenko 2018, *RISE: Randomized Input Sampling for Explanation of
///   Black-box Models*, section 4.2 (`petsiuk2018rise`). The logit is recorded beside the probability.
public struct DeletionCurve: ConfigurableMetric {
  /// How many pixels are replaced at each step, unless ``steps`` says how many steps there are; of larger regions as many
  /// as these pixels fill, at least one.
  public var step: Int
  /// The side of the squares of pixels that are replaced together, such as a transformer's patch; 1 for single pixels.
  public var region: Int
  /// How many widening steps there are; 0 for steps of equal size.
  public var steps: Int
  /// What they are replaced by.
  public var fill: Fill
  /// Which score's area is the value.
  public var score: ScoreKind

  /// Creates the metric.
  public init(
    step: Int = 224, region: Int = 1, steps: Int = 0, fill: Fill = .numbers([0]),
    score: ScoreKind = .probability
  ) {
    self.step = step
    self.region = region
    self.steps = steps
    self.fill = fill
    self.score = score
  }

  public var name: String { "deletion" }

  public var direction: MetricDirection { .lowerIsBetter }

  public var options: [MethodOption<Self>] {
    [
      .integer("step", \.step, "how many pixels are replaced at each step", in: 1...1_000_000),
      .integer("region", \.region, PixelwiseCurve.regionSummary, in: 1...65536),
      .integer("steps", \.steps, PixelwiseCurve.stepsSummary, in: 0...1_000_000),
      .fill("fill", \.fill, "what they are replaced by, after normalisation"),
      .choice("score", \.score, "which score's area is the value"),
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let fill = try fill.resolved(for: subject.input).expanded(to: subject.input.shape)
    let curve = PixelwiseCurve(
      step: step, region: region, steps: steps, from: subject.input, to: fill)
    let (values, details, curves) = try curve(subject, score)
    return try result(values, details: details, curves: curves)
  }
}

extension DeletionCurve: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        DeletionCurve(), "How soon the score falls when the most important pixels go first.",
        formula:
          "$(Σ_{k=0}^n s_k − ½ s_0 − ½ s_n) / n$ with the class's probability $s_k$ after $k$ equal steps",
        reading: """
          A small area means that few pixels decide. Taking pixels away makes images that the network never \
          saw, so scattered maps do better than their sense warrants; compare with the random map.
          """,
        cites: ["petsiuk2018rise"])
    ]
  }
}

/// Deletion and insertion: the same curve between two images.
struct PixelwiseCurve {
  static let stepsSummary =
    "how many steps that widen, (k/n)² of the pixels after the k-th; 0: equal ones"

  static let regionSummary =
    "the side of squares of pixels that go together, by their sums, such as a patch; a step is at least one"

  let step: Int
  let region: Int
  let steps: Int
  let from: Tensor
  let to: Tensor

  func callAsFunction(_ subject: MetricCase, _ score: ScoreKind) throws -> (
    values: [Double?], details: [String: [Double?]], curves: [String: MetricCurve]
  ) {
    let scores = try TargetScores(subject)
    _ = try scores.chosen(score, of: scores.clean)
    let pixels = try PixelMap(subject.attribution, over: subject.input)
    let regions = Regions(side: region, extents: pixels.extents)
    let size = pixels.extents.reduce(1) { count, _ in count * region }
    let thresholds = thresholds(regions.count, ofPixels: size)
    let curves = try Computation.map(Array(pixels.values.enumerated())) { sample, values in
      let ranks = RankedReplacement.ranks(of: Regions.falling(regions.sums(values)))
      return try RankedReplacement(
        ranks: regions.labels.map { ranks[$0] }, thresholds: thresholds)(
          sample, from: from.narrowed(axis: 0, to: sample..<(sample + 1)),
          to: to.narrowed(axis: 0, to: sample..<(sample + 1)), scores)
    }
    let places = thresholds.map { Double($0) / Double(regions.count) }
    return try scores.measured(curves, at: places, score) { $0.areas }
  }

  /// How many regions of some pixels are replaced at each point: from none to all, each number once.
  func thresholds(_ regions: Int, ofPixels size: Int = 1) -> [Int] {
    let step = max(1, step / size)
    guard steps > 0 else {
      return (0...((regions + step - 1) / step)).map { min($0 * step, regions) }
    }
    var found: [Int] = []
    for k in 0...steps {
      let share = Double(k) / Double(steps)
      let count = Int((share * share * Double(regions)).rounded())
      // Of small inputs neighbouring points may be the same.
      if found.last != count { found.append(count) }
    }
    return found
  }
}

extension TargetScores {
  /// Curves of every kind of score with a number for each: under the score's own name, and of the chosen
  /// one as the value.
  func measured(
    _ curves: [Values], at places: [Double], _ kind: ScoreKind, _ number: (MetricCurve) -> [Double]
  ) throws -> (values: [Double?], details: [String: [Double?]], curves: [String: MetricCurve]) {
    var named = ["logit": MetricCurve(places: places, values: curves.map(\.logit))]
    if hasProbability {
      named["probability"] = MetricCurve(places: places, values: curves.map(\.probability))
    }
    let details = named.mapValues { number($0).map { Optional($0) } }
    let chosen = try MetricCurve(
      places: places, values: curves.map { try self.chosen(kind, of: $0) })
    return (number(chosen).map { Optional($0) }, details, named)
  }
}
