/// How far the score falls while regions of the image are destroyed in the order of their relevance.
///
/// The image is divided into regions of `region` × `region` pixels (the last ones cut at the border), ranked
/// by the sum of their pixels' values, of equal ones the first first. They are replaced one after the other,
/// the most relevant first (`morf`), the least relevant first (`lerf`), or at random; the value is the area
/// over the perturbation curve, `AOPC = 1/(L + 1) Σ_{k=0}^{L} (s_0 − s_k)`, the mean over `repetitions`.
/// Curves `probability` and `logit` hold each image's scores, averaged over the repetitions, by the share of regions
/// destroyed.
///
/// Random pixels are far from any image, and a network's answer to them is partly an answer to the
/// destruction itself: compare with the random order.
///
/// - Reference: Samek et al. 2017, *Evaluating the Visualization of What a Deep Neural Network Has
///   Learned*, equation 12 (`samek2017evaluating`), after Bach et al. 2015 (`bach2015pixel`).
public struct PixelFlipping: ConfigurableMetric {
  /// Which regions go first.
  public enum Order: String, Sendable, Codable, CaseIterable {
    case morf, lerf, random
  }

  /// What takes a region's place.
  public enum Replacement: String, Sendable, Codable, CaseIterable {
    /// Uniform random numbers over the input's range, for each element.
    case uniform
    /// What the option `fill` says.
    case fill
  }

  /// Which regions go first.
  public var order: Order
  /// The side of a region, in pixels.
  public var region: Int
  /// How many regions are destroyed at most; 0 for all.
  public var steps: Int
  /// What takes a region's place.
  public var replacement: Replacement
  /// The fill.
  public var fill: Fill
  /// How often it is done with other random numbers.
  public var repetitions: Int
  /// Which score falls.
  public var score: ScoreKind
  /// Decides the random numbers.
  public var seed: Int

  /// Creates the metric.
  public init(
    order: Order = .morf, region: Int = 9, steps: Int = 100, replacement: Replacement = .uniform,
    fill: Fill = .numbers([0]), repetitions: Int = 1, score: ScoreKind = .probability, seed: Int = 0
  ) {
    self.order = order
    self.region = region
    self.steps = steps
    self.replacement = replacement
    self.fill = fill
    self.repetitions = repetitions
    self.score = score
    self.seed = seed
  }

  public var name: String { "pixel-flipping" }

  public var direction: MetricDirection {
    switch order {
    case .morf: .higherIsBetter
    case .lerf: .lowerIsBetter
    case .random: .descriptive
    }
  }

  public var options: [MethodOption<Self>] {
    [
      .choice("order", \.order, "which regions go first: the most or least relevant, or any"),
      .integer("region", \.region, "the side of a region, in pixels", in: 1...65536),
      .integer("steps", \.steps, "how many regions are destroyed; 0 for all", in: 0...1_000_000),
      .choice("replacement", \.replacement, "random numbers over the input's range, or the fill"),
      .fill("fill", \.fill, "for replacement=fill: what takes a region's place"),
      .integer(
        "repetitions", \.repetitions, "how often, with other random numbers", in: 1...1000),
      .choice("score", \.score, "which score falls"),
      .integer("seed", \.seed, "decides the random numbers", in: 0...Int(Int32.max)),
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let pixels = try PixelMap(subject.attribution, over: subject.input)
    let regions = Regions(side: region, extents: pixels.extents)
    let scores = try TargetScores(subject)
    _ = try scores.chosen(score, of: scores.clean)
    let count = steps == 0 ? regions.count : min(steps, regions.count)
    let range = try replacement == .uniform ? InputRange(subject) : nil
    let fixed = try fill.resolved(for: subject.input).expanded(to: subject.input.shape)
    let random = self.random
    let curves = try Computation.map(0..<subject.samples) { sample in
      let clean = try subject.input.narrowed(axis: 0, to: sample..<(sample + 1))
      var mean: TargetScores.Values?
      try Computation.forEach(0..<repetitions) { turn in
        let stream = subject.stream(sample: sample, turn: turn)
        let new =
          try range.map { try $0.uniform(sample: sample, like: clean, random, stream: stream) }
          ?? fixed.narrowed(axis: 0, to: sample..<(sample + 1))
        let order = order(of: regions.sums(pixels.values[sample]), random, stream: stream)
        let rank = RankedReplacement.ranks(of: order)
        let scored = try RankedReplacement(
          ranks: regions.labels.map { rank[$0] }, thresholds: Array(0...count))(
            sample, from: clean, to: new, scores)
        mean = mean.map { $0.adding(scored) } ?? scored
      }
      return (mean ?? TargetScores.Values()).divided(by: Double(repetitions))
    }
    let places = (0...count).map { Double($0) / Double(regions.count) }
    let (values, details, named) = try scores.measured(curves, at: places, score) { $0.meanFalls }
    return try result(values, details: details, curves: named)
  }

  /// Decides the random numbers.
  var random: CounterRandom {
    CounterRandom(seed: UInt64(bitPattern: Int64(seed)), purpose: "pixel flipping")
  }

  /// The regions in the order in which they go.
  private func order(of sums: [Double], _ random: CounterRandom, stream: UInt64) -> [Int] {
    switch order {
    case .morf: Regions.falling(sums)
    case .lerf: sums.indices.sorted { (sums[$0], $0) < (sums[$1], $1) }
    case .random:
      random.uniforms(sums.count, stream: stream | 1 << 31).enumerated()
        .sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }.map(\.offset)
    }
  }
}

/// Blocks of pixels side by side, numbered row by row.
struct Regions {
  /// The block of each pixel.
  let labels: [Int]
  let count: Int

  init(side: Int, extents: [Int]) {
    let counts = extents.map { ($0 + side - 1) / side }
    count = counts.reduce(1, *)
    labels = (0..<extents.reduce(1, *)).map { pixel in
      var (rest, factor, label) = (pixel, 1, 0)
      for (extent, count) in zip(extents, counts).reversed() {
        label += rest % extent / side * factor
        rest /= extent
        factor *= count
      }
      return label
    }
  }

  /// The blocks by falling sum; of equal ones the first comes first.
  static func falling(_ sums: [Double]) -> [Int] {
    sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }
  }

  /// The sum of the values in each block.
  func sums(_ values: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for (pixel, value) in values.enumerated() { sums[labels[pixel]] += value }
    return sums
  }
}

extension TargetScores.Values {
  fileprivate func adding(_ other: Self) -> Self {
    Self(
      logit: zip(logit, other.logit).map(+), probability: zip(probability, other.probability).map(+)
    )
  }

  fileprivate func divided(by count: Double) -> Self {
    Self(logit: logit.map { $0 / count }, probability: probability.map { $0 / count })
  }
}

extension PixelFlipping: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        PixelFlipping(), "How far the score falls while regions are destroyed in their order.",
        formula: "$AOPC = Σ_{k=0}^L (s_0 − s_k) / (L + 1)$",
        reading: """
          Large when the most relevant regions matter most to the network. Random pixels are far from any \
          image; compare with `order=random` and with the random map.
          """,
        cites: ["samek2017evaluating", "bach2015pixel"])
    ]
  }
}
