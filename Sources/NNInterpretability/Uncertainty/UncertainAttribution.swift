/// Any method's map as a distribution: one map for each member of a distribution of networks.
///
/// Statistics are gathered while the maps come, so that memory does not grow with the number of passes
/// (quantiles are exact as long as the maps fit in the model's memory budget). Methods that one recorded
/// pass is enough for compute several members as rows of one batch; others run member by member. A member
/// is one network: a reference, a path or an occluded input sees the same mask as the input. Samples are
/// explained one after the other, so that a tensor among the method's options is one sample's.
///
/// ```swift
/// let members = try MonteCarloDropout(model, passes: 200)
/// let result = try UncertainAttribution(DeepLIFT(.rescale), over: members)
///   .attribute(image, target: .predicted)
/// let sure = result.signAgreement
/// ```
///
/// - Reference: Bykov et al. 2021, *Explaining Bayesian Neural Networks*, sections 3 and 4
///   (`bykov2021explaining`).
public struct UncertainAttribution: Sendable {
  /// What is explained in each pass.
  public enum Explained: Sendable {
    /// The same in every pass; `.predicted` is the class of the prediction without randomness.
    case fixed(Target)
    /// The class that the pass itself predicts.
    case predictedByEachPass
  }

  /// What is gathered.
  public struct Options: Sendable, Codable, Equatable {
    /// The shares of the quantiles, in 0…1.
    public var quantiles: [Double]
    /// The position of the first sample in the data, by which random numbers are keyed.
    public var firstSample: Int

    /// Creates options.
    public init(quantiles: [Double] = [0.05, 0.5, 0.95], firstSample: Int = 0) {
      self.quantiles = quantiles
      self.firstSample = firstSample
    }
  }

  /// The method that makes the maps.
  public let method: any AttributionMethod
  /// The members.
  public let distribution: any ModelDistribution
  public let options: Options

  /// A method over the members of a distribution.
  ///
  /// - Throws: ``InterpretabilityError`` for a quantile outside 0…1 or a negative first sample.
  public init(
    _ method: any AttributionMethod, over distribution: any ModelDistribution,
    options: Options = Options()
  ) throws {
    guard options.quantiles.allSatisfy({ (0...1).contains($0) }), options.firstSample >= 0 else {
      throw InterpretabilityError(
        .invalidOption,
        "quantiles \(options.quantiles) from sample \(options.firstSample) on; wanted shares in 0…1, "
          + "and 0 or more")
    }
    self.method = method
    self.distribution = distribution
    self.options = options
  }

  /// Whether the method computes as many rows as it is given; what only runs forwards changes parts of the
  /// input, which multiplies the rows.
  var keepsRows: Bool { method is any RecordedMethod && !(method is any ForwardMethod) }

  /// What it will do for inputs of a shape, each pass for one target.
  public func cost(_ context: CostContext) throws -> MethodCost {
    var cost = try method.cost(context)
    // Methods that no recording is enough for tell nothing of what the pass predicts.
    let own = method is any RecordedMethod ? 0 : 1
    cost.forward = (cost.forward + own) * distribution.count
    cost.backward *= distribution.count
    cost.inputsAtOnce = MemberBatches.rows(
      of: distribution, bytesEach: context.bytesPerSample, keepingRows: keepsRows)
    return cost
  }

  /// Explains the same target in every pass.
  public func attribute(
    _ input: Tensor, target: Target,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> AttributionDistribution {
    try attribute(input, explaining: .fixed(target), progress: progress)
  }

  /// Explains each sample of a batch `[N, …]` by every member.
  ///
  /// - Parameters:
  ///   - input: The clean batch.
  ///   - explained: What is explained in each pass.
  ///   - progress: Is told how many of all passes are done; what it throws ends the work.
  /// - Returns: The statistics of the maps.
  /// - Throws: ``InterpretabilityError`` when the method cannot explain a member.
  public func attribute(
    _ input: Tensor, explaining explained: Explained,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> AttributionDistribution {
    let input = try distribution.model.checked(input)
    let samples = input.shape[0]
    let passes = try MemberPasses(self, input)
    let targets = try self.targets(input, explained)
    // Half of what may be held is for the networks' own values.
    let bytes = distribution.model.memoryBudget.bytes / 2
    var gathered: [AttributionDistribution.Sample] = []
    for sample in 0..<samples {
      var sums = AttributionDistribution.Sample(passes: distribution.count)
      try passes.forEach(sample: sample, like: targets[sample], targets: { _ in [targets[sample]] })
      { result in
        try sums.add(result, quantiles: options.quantiles, bytes: bytes)
        try progress(sample * distribution.count + result.pass + 1, samples * distribution.count)
      }
      gathered.append(sums)
    }
    return try AttributionDistribution(gathered, of: self)
  }

  /// The target of each sample, alone.
  private func targets(_ input: Tensor, _ explained: Explained) throws -> [Target] {
    let samples = input.shape[0]
    guard case .fixed(let target) = explained else {
      return [Target](repeating: .predicted, count: samples)
    }
    switch target {
    case .predicted:
      let logits = try distribution.pointLogits(input)
      return try distribution.model.outputMeaning.predictedClasses(logits).map { .class($0) }
    case .classes(let list):
      guard list.count == samples else {
        throw InterpretabilityError(
          .invalidTarget, "\(list.count) target classes were given for \(samples) samples")
      }
      return list.map { .class($0) }
    default: return [Target](repeating: target, count: samples)
    }
  }
}
