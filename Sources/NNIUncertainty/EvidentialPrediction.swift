/// Logits read as evidence for classes: the Dirichlet distribution that an evidential network predicts.
///
///     e = max(z, 0)     α = e + 1     S = Σ_k α_k     p = α/S     b = e/S     u = K/S     Σ_k b_k + u = 1
///
/// - Reference: Sensoy et al. 2018, *Evidential Deep Learning to Quantify Classification Uncertainty*,
///   equations 1 and 2 (`sensoy2018evidential`).
public struct EvidentialPrediction: Sendable {
  /// The evidence for each class, `[N][classes]`.
  public let evidence: [[Double]]

  /// Reads logits, `[N, classes]`.
  ///
  /// - Throws: ``InterpretabilityError`` when the logits have another shape, or are not finite.
  public init(logits: Tensor) throws {
    guard logits.rank == 2, logits.shape[1] > 0 else {
      throw InterpretabilityError(
        .unsupported, "evidence needs logits [N, classes]; the network gives \(logits.shape)")
    }
    guard try logits.isFinite() else {
      throw InterpretabilityError(.notFinite, "logits read as evidence hold NaN or infinity")
    }
    evidence = try logits.converted(to: .float64).positivePart().rows()
  }

  /// `α = e + 1`, the Dirichlet distribution's parameters.
  public var concentration: [[Double]] { evidence.map { $0.map { $0 + 1 } } }

  /// `S = Σ α` for each sample.
  public var strength: [Double] { evidence.map { $0.reduce(Double($0.count), +) } }

  /// `p = α / S`, the expected probabilities.
  public var probabilities: [[Double]] {
    zip(concentration, strength).map { alpha, total in alpha.map { $0 / total } }
  }

  /// `b = e / S`, how far each class is believed in.
  public var belief: [[Double]] {
    zip(evidence, strength).map { row, total in row.map { $0 / total } }
  }

  /// `u = K / S`, from 0 to 1: 1 where there is no evidence for anything.
  public var vacuity: [Double] {
    zip(evidence, strength).map { row, total in Double(row.count) / total }
  }

  /// The class with the most evidence for each sample; the first one where there is none, which then is no
  /// decision: see ``decided``.
  public var predicted: [Int] { evidence.map(\.indexOfLargest) }

  /// The class with the most evidence for each sample; `nil` without any evidence, where the vacuity is 1 and
  /// all classes have the same probability.
  public var decided: [Int?] {
    evidence.map { row in row.contains { $0 > 0 } ? row.indexOfLargest : nil }
  }
}

/// A network whose logits are evidence.
public struct EvidentialModel: Sendable {
  /// The network.
  public let model: Model

  /// Reads a network's logits as evidence; it should have been trained so.
  public init(_ model: Model) { self.model = model }

  /// The prediction for a batch.
  public func callAsFunction(_ input: Tensor) throws -> EvidentialPrediction {
    try EvidentialPrediction(logits: model(input))
  }

  /// What an evidential network predicts for labelled data.
  public struct Validation: Sendable, Codable, Equatable {
    /// Accuracy, log-likelihood and Brier score of the expected probabilities.
    ///
    /// A sample without evidence has no class, and counts as an error.
    public let scores: ClassificationScores
    /// The share of samples without any evidence.
    public let silence: Double
    /// The accuracy on the other samples; 0 without any.
    public let accuracyWithEvidence: Double
    /// The mean of `u`.
    public let meanVacuity: Double
    /// The mean of all evidence `Σ_k e_k` over samples whose class was found; 0 without any.
    public let evidenceWhereRight: Double
    /// The mean of all evidence over the other samples; 0 without any.
    public let evidenceWhereWrong: Double
  }

  /// Predicts every sample of a data set.
  ///
  /// - Throws: ``InterpretabilityError`` without samples, for a label that the network does not have, or
  ///   a sample that cannot be read.
  public func validate(
    on dataset: any Dataset, progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws -> Validation {
    let labels = dataset.labels
    let dtype = try model.parameterType
    var probabilities: [[Double]] = []
    var vacuity = 0.0
    var silent = 0
    var (right, wrong) = ((sum: 0.0, count: 0), (sum: 0.0, count: 0))
    try dataset.forEachBatch { range, input in
      let found = try self(input.converted(to: dtype))
      probabilities += found.probabilities
      vacuity += found.vacuity.reduce(0, +)
      for ((row, decided), label) in zip(zip(found.evidence, found.decided), labels[range]) {
        let total = row.reduce(0, +)
        if decided == nil { silent += 1 }
        if decided == label {
          right = (right.sum + total, right.count + 1)
        } else {
          wrong = (wrong.sum + total, wrong.count + 1)
        }
      }
      try progress(range.upperBound, labels.count)
    }
    let scores = try ClassificationScores(probabilities: probabilities, labels: labels)
    let count = Double(labels.count)
    return Validation(
      scores: scores.with(accuracy: Double(right.count) / count),
      silence: Double(silent) / count,
      accuracyWithEvidence: Double(right.count) / Double(max(labels.count - silent, 1)),
      meanVacuity: vacuity / count,
      evidenceWhereRight: right.sum / Double(max(right.count, 1)),
      evidenceWhereWrong: wrong.sum / Double(max(wrong.count, 1)))
  }
}
