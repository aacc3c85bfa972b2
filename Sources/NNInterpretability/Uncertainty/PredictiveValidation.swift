/// What a distribution of networks predicts for labelled data, with `T` passes for each sample.
public struct PredictiveValidation: Sendable {
  /// Accuracy, log-likelihood and Brier score of the mean probabilities.
  public let scores: ClassificationScores
  /// The mean probabilities, `[N][classes]`, for calibration.
  public let probabilities: [[Double]]
  /// The labels.
  public let labels: [Int]
  /// All uncertainty of each sample, in nats.
  public let entropy: [Double]
  /// What members disagree about, for each sample, in nats.
  public let mutualInformation: [Double]

  /// How many samples are read at once.
  static let samplesAtOnce = 64

  /// Asks all members for every sample of a data set.
  ///
  /// - Parameters:
  ///   - distribution: The members.
  ///   - dataset: Labelled samples; a sample's position decides its random numbers.
  ///   - progress: Is told how many samples are done; what it throws ends the work.
  /// - Throws: ``InterpretabilityError`` without samples, for a label that the network does not have, or
  ///   a sample that cannot be read.
  public init(
    _ distribution: any ModelDistribution, on dataset: any Dataset,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    var (probabilities, entropy, information): ([[Double]], [Double], [Double]) = ([], [], [])
    let dtype = try distribution.model.parameterType
    try dataset.forEachBatch(Self.samplesAtOnce) { range, input in
      let found = try PredictiveDistribution(
        distribution, input: input.converted(to: dtype), firstSample: range.lowerBound)
      probabilities += found.mean
      entropy += found.entropy
      information += found.mutualInformation
      try progress(range.upperBound, dataset.count)
    }
    labels = dataset.labels
    scores = try ClassificationScores(probabilities: probabilities, labels: labels)
    self.probabilities = probabilities
    self.entropy = entropy
    mutualInformation = information
  }
}

extension Dataset {
  /// The inputs of all samples in order, some at a time.
  func forEachBatch(_ size: Int, _ body: (Range<Int>, Tensor) throws -> Void) throws {
    let count = count
    try Computation.forEach(Array(stride(from: 0, to: count, by: size))) { begin in
      let range = begin..<min(begin + size, count)
      try body(range, inputs(Array(range)))
    }
  }
}
