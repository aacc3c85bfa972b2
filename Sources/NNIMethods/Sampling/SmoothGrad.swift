/// Any method averaged over noisy copies of the input.
///
/// The noise is normal, its standard deviation a fraction of the sample's own range (max − min). The
/// class is fixed from the clean input. Draw `k` adds the same noise to every sample of a batch, so that
/// a map computed in a batch equals the one computed alone; the same seed gives the same noise
/// whatever the chunk size.
///
/// `details["standard-error"]` is the standard error of the mean (of the mean square for `square`).
///
/// ```swift
/// let attribution = try SmoothGrad(of: Gradient(), samples: 50)
///   .attribute(model, input: image, target: .predicted)
/// ```
///
/// - Reference: Smilkov et al. 2017, *SmoothGrad*, section 2.2 (`smilkov2017smoothgrad`); `square`:
///   Hooker et al. 2019, section 3 (`hooker2019benchmark`); `variance`, VarGrad: Adebayo et al. 2018,
///   *Local Explanation Methods for Deep Neural Networks*, section 2 (`adebayo2018local`). Captum's
///   noise is absolute and 1 by default.
public struct SmoothGrad: ConfigurableMethod {
  /// What becomes of the maps of the noisy inputs.
  public enum Average: String, Sendable, CaseIterable {
    case mean
    /// The mean of the squares.
    case square
    /// The variance, with `n − 1` in the denominator.
    case variance
  }

  /// The method that is averaged.
  public var method: any AttributionMethod
  /// How many noisy inputs; at least 2.
  public var samples: Int
  /// The noise's standard deviation, as a fraction of each sample's max − min.
  public var noise: Double
  public var average: Average
  public var seed: Int

  /// Creates the method.
  public init(
    of method: any AttributionMethod = Gradient(), samples: Int = 25, noise: Double = 0.15,
    average: Average = .mean, seed: Int = 0
  ) {
    self.method = method
    self.samples = samples
    self.noise = noise
    self.average = average
    self.seed = seed
  }

  public var name: String { "smoothgrad" }

  /// How the averaged method differentiates.
  private var propagation: GradientPropagation {
    (method as? any DifferentiatingMethod)?.propagation ?? .gradient
  }

  public var promise: MapPromise { average == .mean ? method.promise : .sensitivity }

  public var options: [MethodOption<Self>] {
    [
      MethodOption(
        "of", "the method that is averaged, with its defaults", accepts: "a method's name",
        get: { .text($0.method.name) },
        set: { value, smooth in
          guard case .text(let name) = value, name != smooth.name else {
            throw MethodOption<Self>.refusal(value, "the name of another method")
          }
          smooth.method = try Catalog.method(name)
        }),
      MethodOption(
        "propagation", "how that method's gradients go back, where it has any: see gradient",
        accepts: GradientPropagation.allCases.map(\.rawValue).joined(separator: ", "),
        get: { .text($0.propagation.rawValue) },
        set: { value, smooth in
          guard case .text(let text) = value, let choice = GradientPropagation(rawValue: text),
            var method = smooth.method as? any DifferentiatingMethod,
            method.optionValues["propagation"] != nil
          else {
            throw MethodOption<Self>.refusal(
              value, "gradient or libra, of a method that differentiates")
          }
          method.propagation = choice
          smooth.method = method
        }),
      .integer("samples", \.samples, "how many noisy inputs", in: 2...100_000),
      .number("noise", \.noise, "standard deviation as a fraction of max − min", in: 0...10),
      .choice("average", \.average, "what becomes of the noisy inputs' maps"),
      .integer("seed", \.seed, "which noise", in: 0...Int.max),
    ]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    let inner = try method.cost(context)
    return MethodCost(
      forward: 1 + samples * inner.forward, backward: samples * inner.backward,
      isAtLeast: inner.isAtLeast, inputsAtOnce: max(context.samples, context.inputsAtOnce))
  }

  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    try model.requireOneInput(for: name)
    return try attribute(model, input: input, target: target, noising: nil)
  }

  /// The same with noise in one of several inputs only, a fraction of the range of that one.
  func attribute(
    _ model: Model, input: Tensor, target: Target, noising part: InputPart?
  ) throws -> Attribution {
    if part != nil, !(method is any RecordedMethod) || method is any ForwardMethod {
      throw InterpretabilityError(
        .unsupported,
        "smoothgrad of \(method.name) is for networks with one input; take a method of one pass, such as gradient "
          + "or gradient-x-input")
    }
    let model = try model.fitted(to: input)
    let input = try model.checked(input)
    let (fixed, score, batches) = try prepared(model, input, target)
    let axes = Array(1..<input.rank)
    let noisy = try part.map { try input.narrowed(axis: 1, to: $0.range) } ?? input
    let range =
      try noisy.maximum(over: axes, keepingAxes: true)
      - noisy.minimum(over: axes, keepingAxes: true)
    var deviation = try range * noise
    if let part {
      let places = (0..<input.shape[1]).map { part.range.contains($0) ? 1.0 : 0 }
      deviation = try deviation * Tensor(places, shape: [1, places.count], dtype: input.dtype)
    }

    var moments: Moments?
    let batch = input.shape[0]
    let chunk = max(1, batches.inputsAtOnce / batch)
    let chunks = (samples + chunk - 1) / chunk
    try Computation.forEach(0..<chunks) { part in
      let begin = part * samples / chunks
      let count = (part + 1) * samples / chunks - begin
      let noisy = try (begin..<(begin + count)).map { draw in
        try input + deviation * normals(draw, like: input)
      }
      let inputs = try Tensor.concatenated(noisy, axis: 0)
      let maps =
        try method is Gradient
        ? batches.gradients(
          inputs, .concatenated((0..<count).map { _ in fixed.weights }, axis: 0))
        : method.attribute(model, input: inputs, target: target.repeated(count, fixed.classes)).map
      for draw in 0..<count {
        let map = try maps.narrowed(axis: 0, to: (draw * batch)..<((draw + 1) * batch))
        let value = average == .square ? try map.squared() : map
        moments = try moments?.adding(value) ?? Moments(value)
      }
    }
    guard let moments else {
      throw InterpretabilityError(.invalidOption, "samples must be at least 2")
    }
    let variance = try moments.variance
    let map = average == .variance ? variance : moments.mean
    let isSum = promise == .sumsToScore
    return try Attribution(
      map: map, ledger: Ledger(score: score, map: map, remainder: isSum ? .sampling : .unexplained),
      target: fixed, method: self,
      details: ["standard-error": (variance / Double(samples)).squareRoot()])
  }

  /// What a pass on the clean input tells, whose record is not kept.
  private func prepared(
    _ model: Model, _ input: Tensor, _ target: Target
  ) throws -> (ResolvedTarget, score: Tensor, GradientBatches) {
    let graph = try model.prepared(.fused(keeping: target.nodes))
    let clean = try graph.trace(input, readable: [], freeingFor: [:], keeping: target.nodes)
    let fixed = try target.resolved(clean, model.outputMeaning)
    let batches = try GradientBatches(
      graph, bytesPerSample: clean.bytesPerSample(), budget: model.memoryBudget, of: fixed.node,
      propagation: propagation)
    return (fixed, try fixed.score(clean[fixed.node]), batches)
  }

  /// The noise of a draw, in the shape of one sample.
  private func normals(_ draw: Int, like input: Tensor) throws -> Tensor {
    let shape = [1] + input.shape.dropFirst()
    let numbers = CounterRandom(seed: UInt64(seed)).normals(
      shape.reduce(1, *), stream: UInt64(draw))
    return try Tensor(numbers, shape: shape).converted(to: input.dtype).moved(to: input.device)
  }
}

/// Mean and sum of squared deviations of a growing list (Welford 1962).
private struct Moments {
  let count: Double
  let mean: Tensor
  private let deviations: Tensor

  init(_ first: Tensor) throws {
    count = 1
    mean = first
    deviations = try first.zerosLike()
  }

  private init(count: Double, mean: Tensor, deviations: Tensor) {
    self.count = count
    self.mean = mean
    self.deviations = deviations
  }

  func adding(_ value: Tensor) throws -> Moments {
    let difference = try value - mean
    let next = try mean + difference / (count + 1)
    return Moments(
      count: count + 1, mean: next, deviations: try deviations + difference * (value - next))
  }

  var variance: Tensor { get throws { try deviations / (count - 1) } }
}

extension Target {
  /// The target of a batch that stands `count` times one after the other, with the classes that were
  /// fixed for it once.
  func repeated(_ count: Int, _ classes: [Int]) -> Target {
    switch self {
    case .predicted, .classes: .classes((0..<count).flatMap { _ in classes })
    default: self
    }
  }
}

extension SmoothGrad: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        SmoothGrad(), "Any method averaged over noisy inputs, with its standard error.",
        cites: ["smilkov2017smoothgrad", "hooker2019benchmark", "adebayo2018local"])
    ]
  }
}
