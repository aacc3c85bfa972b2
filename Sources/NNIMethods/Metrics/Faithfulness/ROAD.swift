/// What removing pixels does to the score when they are filled in from their neighbours, so that the shape of the
/// removed part tells the network little.
///
/// For each percentile that share of the pixels is removed, the most relevant first (MoRF) and the least relevant first
/// (LeRF; of equal ones the last first, so that it is MoRF's order backwards), filled in
/// and given noise: each is the mean of its neighbours, direct ones with weight 1/6 and diagonal ones with 1/12,
/// missing ones among them, so that all of these equations hold at once. The value is the mean over the percentiles of `(s_LeRF − s_MoRF) / 2`
/// (`combined`), or of one of them. Details `morf` and `lerf` are the means of the chosen score; curves
/// `morf-probability`, `lerf-logit` and so on hold each image's scores by the share removed.
///
/// Imputed images are smoother than photographs; where texture decides, their smoothness is information again.
///
/// - Reference: Rong et al. 2022, *A Consistent and Efficient Evaluation Strategy for Attribution Methods*,
///   section 5 (`rong2022consistent`); the combination is that of pytorch-grad-cam. The paper counts correct
///   answers, of which one image has none or one: the score is recorded instead.
public struct ROAD: ConfigurableMetric {
  /// Which pixels go first.
  public enum Order: String, Sendable, Codable, CaseIterable {
    case combined, morf, lerf
  }

  /// Which order is the value.
  public var order: Order
  /// The shares of pixels removed, in per cent.
  public var percentiles: [Double]
  /// The deviation of the noise on imputed pixels, in units of the normalised input.
  public var noise: Double
  /// Which score is the value.
  public var score: ScoreKind
  /// Decides the noise.
  public var seed: Int

  /// Creates the metric.
  public init(
    order: Order = .combined, percentiles: [Double] = [10, 20, 30, 40, 50, 60, 70, 80, 90],
    noise: Double = 0.01, score: ScoreKind = .probability, seed: Int = 0
  ) {
    self.order = order
    self.percentiles = percentiles
    self.noise = noise
    self.score = score
    self.seed = seed
  }

  public var name: String { "road" }

  public var direction: MetricDirection { order == .morf ? .lowerIsBetter : .higherIsBetter }

  public var options: [MethodOption<Self>] {
    let accepted = "numbers above 0 and below 100, such as 10:50:90"
    return [
      .choice(
        "order", \.order, "most relevant first, least relevant first, or half their difference"),
      MethodOption(
        "percentiles", "the shares of pixels removed, in per cent", accepts: accepted,
        get: { .list($0.percentiles.map { .number($0) }) },
        set: { value, metric in
          guard let numbers = value.numbers, !numbers.isEmpty,
            numbers.allSatisfy({ $0 > 0 && $0 < 100 })
          else { throw MethodOption<Self>.refusal(value, accepted) }
          metric.percentiles = numbers
        }),
      .number("noise", \.noise, "the deviation of the noise on imputed pixels", in: 0...1000),
      .choice("score", \.score, "which score is the value"),
      .integer("seed", \.seed, "decides the noise", in: 0...Int(Int32.max)),
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    guard subject.input.rank == 4 else {
      throw InterpretabilityError(
        .unsupported,
        "road fills in pixels of images [N, C, H, W]; the input has shape \(subject.input.shape)")
    }
    let scores = try TargetScores(subject)
    _ = try scores.chosen(score, of: scores.clean)
    let pixels = try PixelMap(subject.attribution, over: subject.input)
    var found: [String: [TargetScores.Values]] = ["morf": [], "lerf": []]
    try Computation.forEach(Array(pixels.order.enumerated())) { sample, order in
      try Computation.forEach(["morf", "lerf"]) { name in
        let own = name == "morf" ? order : order.reversed()
        found[name]?.append(
          try self.scores(subject, sample, own, turn: name == "morf" ? 0 : 1, scores))
      }
    }
    let places = percentiles.map { $0 / 100 }
    var curves: [String: MetricCurve] = [:]
    var means: [String: [Double]] = [:]
    for (order, values) in found {
      curves["\(order)-logit"] = MetricCurve(places: places, values: values.map(\.logit))
      if scores.hasProbability {
        curves["\(order)-probability"] = MetricCurve(
          places: places, values: values.map(\.probability))
      }
      means[order] = try MetricCurve(
        places: places, values: values.map { try scores.chosen(score, of: $0) }
      ).means
    }
    let (morf, lerf) = (means["morf"] ?? [], means["lerf"] ?? [])
    let value =
      switch order {
      case .combined: zip(lerf, morf).map { ($0 - $1) / 2 }
      case .morf: morf
      case .lerf: lerf
      }
    return try result(
      value.map { Optional($0) }, details: means.mapValues { $0.map { Optional($0) } },
      curves: curves)
  }

  /// The scores of one sample with pixels removed in an order.
  private func scores(
    _ subject: MetricCase, _ sample: Int, _ order: [Int], turn: Int, _ scores: TargetScores
  ) throws -> TargetScores.Values {
    let imputation = try NoisyLinearImputation()
    let clean = try subject.input.narrowed(axis: 0, to: sample..<(sample + 1))
    let size = Array(clean.shape.suffix(2))
    let ranks = try Tensor(
      RankedReplacement.ranks(of: order).map { Double($0) }, shape: [1, 1] + size)
    let random = CounterRandom(seed: UInt64(bitPattern: Int64(seed)), purpose: "road")
    return try scores(percentiles.count, of: sample) { range in
      let removed = try range.map { place -> Tensor in
        let count = (percentiles[place] / 100 * Double(order.count)).rounded()
        return try ranks.isLess(than: count).converted(to: .float64)
      }
      let missing = try Tensor.concatenated(removed, axis: 0)
      let image = try clean.moved(to: .cpu).converted(to: .float64)
      let filled = try imputation.filled(image, missing)
      let noise = try range.map { place in
        let stream = subject.stream(sample: sample, turn: 2 * place + turn)
        return try Tensor(random.normals(clean.count, stream: stream), shape: clean.shape)
          .converted(to: .float64)
      }
      let noisy = try filled + Tensor.concatenated(noise, axis: 0) * missing * self.noise
      return try noisy.converted(to: clean.dtype).moved(to: clean.device)
    }
  }
}

extension ROAD: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        ROAD(), "What removing pixels does when they are filled in from their neighbours.",
        formula: "mean over percentiles of $(s_{LeRF} − s_{MoRF}) / 2$",
        reading: """
          Large when the score stays without the least relevant pixels and falls without the most relevant \
          ones; 0 for a random map. Filling in hides the shape of what was removed, but makes images smooth.
          """,
        cites: ["rong2022consistent"])
    ]
  }
}
