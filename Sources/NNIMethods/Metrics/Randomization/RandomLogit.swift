/// Whether a map depends on the class: it is made again for another class.
///
/// The value is Spearman's rank correlation of the pixels' magnitudes for the class that was explained and
/// for another one, drawn at random; the detail `structural-similarity` compares them as images, and `class`
/// is the other class. There is no value for what is not one class, nor where a map is flat.
///
/// Classes may share their evidence, so that a true map need not differ: read it beside the random map's.
///
/// - Reference: Sixt, Granz and Landgraf 2020, *When Explanations Lie: Why Many Modified BP Attributions
///   Fail*, section 4.2 (`sixt2020when`).
public struct RandomLogit: ConfigurableMetric {
  /// Decides the other class.
  public var seed: Int

  /// Creates the metric.
  public init(seed: Int = 0) { self.seed = seed }

  public var name: String { "random-logit" }

  public var direction: MetricDirection { .lowerIsBetter }

  public var options: [MethodOption<Self>] {
    [.integer("seed", \.seed, "decides the other class", in: 0...Int(Int32.max))]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let nothing = [Double?](repeating: nil, count: subject.samples)
    let width = try subject.model(subject.input.narrowed(axis: 0, to: 0..<1)).shape[1]
    let count = subject.model.outputMeaning.classCount(width: width)
    guard case .classes(let classes) = subject.target, count > 1 else {
      return try result(nothing, details: ["structural-similarity": nothing, "class": nothing])
    }
    let random = CounterRandom(
      seed: UInt64(bitPattern: Int64(seed)), purpose: "another class")
    let others = classes.enumerated().map { sample, own in
      let word = random.words(stream: subject.stream(sample: sample, turn: 0), block: 0).0
      return (own + 1 + Int(word) % (count - 1)) % count
    }
    let other = try subject.method.attribute(
      subject.model, input: subject.input, target: .classes(others))
    let (first, second) = (
      try PixelMap(subject.attribution, over: subject.places),
      try PixelMap(other, over: subject.places)
    )
    let similarities = try (0..<subject.samples).map {
      try MapSimilarity(first, second, sample: $0)
    }
    return try result(
      similarities.map(\.rankCorrelation),
      details: [
        "structural-similarity": similarities.map(\.structuralSimilarity),
        "class": others.map { Double($0) },
      ], maps: ["other": [other.map]])
  }
}

extension RandomLogit: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        RandomLogit(), "Whether the map changes when another class is explained.",
        formula: "Spearman's $ρ(|a^{(c)}|, |a^{(c')}|)$ over pixels, $c'$ another class at random",
        reading:
          "Near 1 when the map is the same whatever the class. Classes may share evidence, so that "
          + "some correlation is right.",
        cites: ["sixt2020when"])
    ]
  }
}
