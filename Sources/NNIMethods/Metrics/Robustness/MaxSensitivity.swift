/// How far a map moves when the input is changed a little.
///
/// `max_δ ‖φ(x + δ) − φ(x)‖ / ‖φ(x)‖` (Frobenius; 1 for the denominator when it is 0) over random `δ`, uniform in
/// the box `|δ_i| ≤ radius · range`, the range being that of the channel where the input is an image, else that of
/// the sample. The class stays. The detail `average` is the mean instead of the largest, and `draws` of them
/// are random: the true maximum is larger. Changed inputs are not clipped.
///
/// Of texts (``TokenCase``) the vectors of the tokens are changed, and the range is that of a text's vectors.
///
/// A map that ignores the input has 0, as the controls do; and where the network itself reacts strongly, a true map
/// must move.
///
/// - Reference: Yeh et al. 2019, *On the (In)fidelity and Sensitivity of Explanations*, definition 2.3
///   (`yeh2019fidelity`); divided by the norm as in Captum and Quantus.
public struct MaxSensitivity: ConfigurableMetric {
  /// The largest change of an element, as a share of the input's range.
  public var radius: Double
  /// How many changes are tried.
  public var draws: Int
  /// Decides the changes.
  public var seed: Int

  /// Creates the metric.
  public init(radius: Double = 0.02, draws: Int = 10, seed: Int = 0) {
    self.radius = radius
    self.draws = draws
    self.seed = seed
  }

  public var name: String { "max-sensitivity" }

  public var direction: MetricDirection { .lowerIsBetter }

  public var options: [MethodOption<Self>] {
    [
      .number(
        "radius", \.radius, "the largest change of an element, as a share of the input's range",
        in: 1e-9...1),
      .integer("draws", \.draws, "how many changes are tried", in: 1...100_000),
      .integer("seed", \.seed, "decides the changes", in: 0...Int(Int32.max)),
    ]
  }

  public func evaluate(_ subject: MetricCase) throws -> MetricResult {
    let range = try InputRange(subject)
    let random = CounterRandom(seed: UInt64(bitPattern: Int64(seed)), purpose: "sensitivity")
    return try evaluate(subject) { sample, draw, clean in
      let stream = subject.stream(sample: sample, turn: draw)
      let uniform = try Tensor(random.uniforms(clean.count, stream: stream), shape: clean.shape)
        .converted(to: clean.dtype).moved(to: clean.device)
      return try (uniform * 2 - 1) * range.span(of: sample) * radius
    }
  }

  /// The same with changes from elsewhere, `[1, …]` each.
  func evaluate(
    _ subject: MetricCase,
    change: (_ sample: Int, _ draw: Int, _ clean: Tensor) throws -> Tensor
  ) throws -> MetricResult {
    var moved = [[Double]](repeating: [], count: subject.samples)
    // One change of all samples at a time: methods take batches, and options may belong to the samples.
    try Computation.forEach(0..<draws) { draw in
      let changed = try (0..<subject.samples).map { sample in
        let clean = try subject.input.narrowed(axis: 0, to: sample..<(sample + 1))
        return try clean + change(sample, draw, clean)
      }
      let map = try subject.method.attribute(
        subject.model, input: .concatenated(changed, axis: 0), target: subject.target
      ).map
      let squares = try (map - subject.attribution.map).converted(to: .float64).squared()
        .sumPerSample().doubles()
      for (sample, square) in squares.enumerated() { moved[sample].append(square.squareRoot()) }
    }
    return try result(moved, relativeTo: subject.attribution.map)
  }

  /// The largest of some changes of each sample's map.
  func result(_ moved: [[Double]], relativeTo map: Tensor) throws -> MetricResult {
    let norms = try map.converted(to: .float64).squared().sumPerSample()
      .doubles().map { $0 > 0 ? $0.squareRoot() : 1 }
    return try result(
      zip(moved, norms).map { moved, norm in moved.max().map { $0 / norm } },
      details: [
        "average": zip(moved, norms).map { moved, norm in
          moved.reduce(0, +) / Double(moved.count) / norm
        }
      ])
  }
}

extension MaxSensitivity: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MetricEntry(
        MaxSensitivity(), "How far the map moves when the input is changed a little.",
        formula: "$max_δ ‖φ(x + δ) − φ(x)‖ / ‖φ(x)‖$ over random $δ$ in a small box",
        reading: """
          Small when explanations of nearly equal inputs are nearly equal. A map that ignores the input has 0, \
          as the controls do, so a small value alone proves nothing.
          """,
        cites: ["yeh2019fidelity"])
    ]
  }
}
