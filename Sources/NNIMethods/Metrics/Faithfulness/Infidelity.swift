/// How well a map predicts what changes of the input do to the score.
///
/// `E_I[(β Iᵀφ − (f(x) − f(x − I)))²]` over random perturbations `I`, each drawn on its own. β is 1; with `normalize`
/// it is the best factor, `E[Iᵀφ Δf] / E[(Iᵀφ)²]`, which makes maps of different scale comparable, and is a
/// detail in any case. Details: `beta`; `normalized`, the value with that factor; `change`, `E[Δf²]`;
/// `unexplained`, the quotient of these two, in 0…1, with 1 for a map that predicts nothing.
///
/// A perturbation is Gaussian noise on every element, or a square at a random place that is replaced by the
/// fill (`I = x − fill` inside). Maps that contain the input, those which promise to sum to the score, predict
/// `Iᵀφ` with `I / (x − fill)` in place of `I` (1 for the denominator where it is 0); for other maps `I` stays.
/// A map of one channel counts for all channels, and a coarser one is enlarged. The score is the logit.
///
/// Of texts (``TokenCase``) each token is replaced with probability ½, and the sum of the replaced tokens' values is what
/// a map predicts.
///
/// It rewards maps that are right about the chosen perturbations: for tiny noise the gradient is the best map
/// there is.
///
/// - Reference: Yeh et al. 2019, *On the (In)fidelity and Sensitivity of Explanations*, definition 2.1
///   (`yeh2019fidelity`); `normalize` and the division by the input as in Captum.
public struct Infidelity: ConfigurableMetric {
  /// How the input is changed.
  public enum Perturbation: String, Sendable, Codable, CaseIterable {
    case square, gaussian
  }

  /// Whether maps contain the input.
  public enum Containment: String, Sendable, Codable, CaseIterable {
    /// Those that promise to sum to the score do.
    case automatic
    case yes, no
  }

  /// How the input is changed.
  public var perturbation: Perturbation
  /// How many perturbations there are.
  public var samples: Int
  /// The deviation of the noise, in units of the normalised input.
  public var deviation: Double
  /// The side of a square, in pixels; a square lies wholly inside.
  public var side: Int
  /// What a square is replaced by.
  public var fill: Fill
  /// Whether the map contains the input.
  public var containsInput: Containment
  /// Whether the map is scaled by the best factor.
  public var normalize: Bool
  /// Decides the random numbers.
  public var seed: Int

  /// Creates the metric.
  public init(
    perturbation: Perturbation = .square, samples: Int = 64, deviation: Double = 0.1,
    side: Int = 32,
    fill: Fill = .numbers([0]), containsInput: Containment = .automatic, normalize: Bool = false,
    seed: Int = 0
  ) {
    self.perturbation = perturbation
    self.samples = samples
    self.deviation = deviation
    self.side = side
    self.fill = fill
    self.containsInput = containsInput
    self.normalize = normalize
    self.seed = seed
  }

  public var name: String { "infidelity" }

  public var direction: MetricDirection { .lowerIsBetter }

  public var options: [MethodOption<Self>] {
    [
      .choice("perturbation", \.perturbation, "a square replaced by the fill, or noise everywhere"),
      .integer("samples", \.samples, "how many perturbations", in: 2...1_000_000),
      .number("deviation", \.deviation, "for gaussian: the noise's deviation", in: 1e-9...1e6),
      .integer("side", \.side, "for square: its side, in pixels", in: 1...65536),
      .fill("fill", \.fill, "for square: what it is replaced by, after normalisation"),
      .choice("contains-input", \.containsInput, "whether the map contains the input as a factor"),
      .flag("normalize", \.normalize, "scale the map by the best factor"),
      .integer("seed", \.seed, "decides the random numbers", in: 0...Int(Int32.max)),
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    try evaluate(subject) { sample, range, clean, fixed in
      try changes(subject, sample: sample, range, clean, fixed)
    }
  }

  /// The same with perturbations `I` from elsewhere, `[m, …]` for a range of them.
  func evaluate(
    _ subject: MetricCase,
    changes: (_ sample: Int, Range<Int>, _ clean: Tensor, _ fixed: Tensor) throws -> Tensor
  ) throws -> MetricResult {
    let input = subject.input
    let scores = try TargetScores(subject)
    let resized = try PixelMap.resized(
      subject.attribution.map.converted(to: input.dtype), to: input)
    let map = try resized.expanded(to: input.shape)
    let fixed = try fill.resolved(for: input).expanded(to: input.shape)
    let isFactor =
      containsInput == .yes
      || (containsInput == .automatic && subject.attribution.promise == .sumsToScore)
    var found: [Moments] = []
    try Computation.forEach(0..<subject.samples) { sample in
      func own(_ tensor: Tensor) throws -> Tensor {
        try tensor.narrowed(axis: 0, to: sample..<(sample + 1))
      }
      let (clean, fixed, map) = (try own(input), try own(fixed), try own(map))
      // Captum divides by the input itself where a perturbation knows no baseline.
      let whole = perturbation == .square ? try clean - fixed : clean
      let divisor =
        try isFactor ? whole.selected(where: whole.isNotEqual(to: 0), otherwise: 1) : nil
      var predicted: [Double] = []
      let changed = try scores(samples, of: sample) { range in
        let change = try changes(sample, range, clean, fixed)
        let share = try divisor.map { try change / $0 } ?? change
        predicted += try (share * map).converted(to: .float64).sumPerSample().doubles()
        return try clean - change
      }
      let actual = changed.logit.map { scores.clean.logit[sample] - $0 }
      found.append(Moments(predicted: predicted, actual: actual))
    }
    return try result(of: found)
  }

  /// What the moments of each sample say.
  func result(of found: [Moments]) throws -> MetricResult {
    try result(
      found.map { normalize ? $0.normalized : $0.plain },
      details: [
        "beta": found.map(\.beta), "normalized": found.map(\.normalized),
        "change": found.map(\.change),
        "unexplained": found.map { $0.change > 0 ? $0.normalized / $0.change : nil },
      ])
  }

  /// Some perturbations of a sample, `[m, C, …]`.
  private func changes(
    _ subject: MetricCase, sample: Int, _ range: Range<Int>, _ clean: Tensor, _ fixed: Tensor
  ) throws -> Tensor {
    let random = CounterRandom(seed: UInt64(bitPattern: Int64(seed)), purpose: "infidelity")
    let rows = try range.map { turn -> Tensor in
      let stream = subject.stream(sample: sample, turn: turn)
      switch perturbation {
      case .gaussian:
        return try Tensor(random.normals(clean.count, stream: stream), shape: clean.shape)
          .converted(to: clean.dtype).moved(to: clean.device) * deviation
      case .square:
        let mask = try square(clean.shape, random, stream: stream).moved(to: clean.device)
        return try (clean - fixed) * mask.converted(to: clean.dtype)
      }
    }
    return try .concatenated(rows, axis: 0)
  }

  /// 1 inside a square at a random place, 0 elsewhere, `[1, 1, …]`.
  private func square(_ shape: [Int], _ random: CounterRandom, stream: UInt64) throws -> Tensor {
    let axes = shape.count > 2 ? 2..<shape.count : 1..<shape.count
    let words = random.words(stream: stream, block: 0)
    let places = [words.0, words.1, words.2, words.3]
    var mask = try Tensor.full([1], 1)
    for (index, axis) in axes.enumerated() {
      let extent = shape[axis]
      guard side <= extent else {
        throw InterpretabilityError(
          .invalidOption,
          "a square of side \(side) does not fit into an input of shape \(shape); set side to \(extent) "
            + "or less")
      }
      let begin = Int((UInt64(places[index % 4]) * UInt64(extent - side + 1)) >> 32)
      let row = (0..<extent).map { Float($0 >= begin && $0 < begin + side ? 1 : 0) }
      mask = try mask * Tensor(row, shape: [extent]).aligned(toAxis: axis, rank: shape.count)
    }
    return mask
  }

  /// Means over the perturbations.
  struct Moments {
    let plain: Double
    let beta: Double
    let normalized: Double
    let change: Double

    init(predicted: [Double], actual: [Double]) {
      let count = Double(predicted.count)
      func mean(_ value: (Double, Double) -> Double) -> Double {
        zip(predicted, actual).reduce(0) { $0 + value($1.0, $1.1) } / count
      }
      let squares = mean { predicted, _ in predicted * predicted }
      let beta = squares > 0 ? mean { $0 * $1 } / squares : 0
      self.beta = beta
      plain = mean { ($0 - $1) * ($0 - $1) }
      normalized = mean { (beta * $0 - $1) * (beta * $0 - $1) }
      change = mean { _, actual in actual * actual }
    }
  }
}

extension Infidelity: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        Infidelity(), "How well the map predicts what changes of the input do to the score.",
        formula:
          "$E_I[(β I^T φ − (f(x) − f(x − I)))^2]$, $β = 1$, or the best factor with `normalize`",
        reading: """
          0 when the map foretells every change. Without `normalize` only maps in units of the score can be \
          compared. It judges by the perturbations alone: for tiny noise the gradient is best by definition.
          """,
        cites: ["yeh2019fidelity"])
    ]
  }
}
