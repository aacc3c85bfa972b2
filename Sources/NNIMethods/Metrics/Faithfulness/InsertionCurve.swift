/// How soon the class's probability rises when the most important pixels are shown first.
///
/// The image appears, pixel by pixel in the order of falling values, out of a blurred version of itself. The
/// value is the area under the curve as of ``DeletionCurve``.
///
/// It misleads in favour of maps of large connected parts, for they restore what a convolution can see; and
/// a blur that leaves the object recognisable makes every map look good, which the curve's beginning shows.
///
/// - Reference: Petsiuk, Das and Saenko 2018, *RISE: Randomized Input Sampling for Explanation of
///   Black-box Models*, section 4.2 (`petsiuk2018rise`); the blur is that of the authors' code.
public struct InsertionCurve: ConfigurableMetric {
  /// How many pixels are shown at each step, unless ``steps`` says how many steps there are; of larger regions as many
  /// as these pixels fill, at least one.
  public var step: Int
  /// The side of the squares of pixels that are shown together, such as a transformer's patch; 1 for single pixels.
  public var region: Int
  /// How many widening steps there are, as of ``DeletionCurve/steps``; 0 for steps of equal size.
  public var steps: Int
  /// What the image appears out of.
  public var start: Fill
  /// Which score's area is the value.
  public var score: ScoreKind

  /// Creates the metric.
  public init(
    step: Int = 224, region: Int = 1, steps: Int = 0,
    start: Fill = .kernelBlur(deviation: 5, side: 11),
    score: ScoreKind = .probability
  ) {
    self.step = step
    self.region = region
    self.steps = steps
    self.start = start
    self.score = score
  }

  public var name: String { "insertion" }

  public var direction: MetricDirection { .higherIsBetter }

  public var options: [MethodOption<Self>] {
    [
      .integer("step", \.step, "how many pixels are shown at each step", in: 1...1_000_000),
      .integer("region", \.region, PixelwiseCurve.regionSummary, in: 1...65536),
      .integer("steps", \.steps, PixelwiseCurve.stepsSummary, in: 0...1_000_000),
      .fill("start", \.start, "what the image appears out of, after normalisation"),
      .choice("score", \.score, "which score's area is the value"),
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let start = try start.resolved(for: subject.input).expanded(to: subject.input.shape)
    let curve = PixelwiseCurve(
      step: step, region: region, steps: steps, from: start, to: subject.input)
    let (values, details, curves) = try curve(subject, score)
    return try result(values, details: details, curves: curves)
  }
}

extension InsertionCurve: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        InsertionCurve(),
        "How soon the score rises when the most important pixels are shown first.",
        formula: "$(Σ_{k=0}^n s_k − ½ s_0 − ½ s_n) / n$, from a blurred image to the whole one",
        reading: """
          A large area means that few pixels suffice. Maps of connected parts are favoured over fine ones, \
          and a curve that begins high says that the blur left too much to see.
          """,
        cites: ["petsiuk2018rise"])
    ]
  }
}
