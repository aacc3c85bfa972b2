/// Logits and probabilities as numbers.
public enum ClassProbabilities {
  /// The rows of logits, `[N, classes]`, in double precision.
  ///
  /// - Throws: ``InterpretabilityError`` for logits of another shape.
  public static func logits(_ tensor: Tensor) throws -> [[Double]] {
    guard tensor.rank == 2 else {
      throw InterpretabilityError(
        .unsupported, "wanted logits [N, classes]; the network gives \(tensor.shape)")
    }
    return try tensor.rows()
  }

  /// The probabilities of a network's classes, `[N][classes]`, in double precision.
  ///
  /// Of labels that do not exclude each other each has its own; they do not sum to one.
  ///
  /// - Parameters:
  ///   - output: The network's output, `[N, classes]` or one logit `[N, 1]`.
  ///   - meaning: What the output is; see ``Model/outputMeaning``.
  /// - Returns: One row for each sample.
  /// - Throws: ``InterpretabilityError`` for outputs of another shape or that are numbers.
  public static func probabilities(
    _ output: Tensor, _ meaning: OutputMeaning
  ) throws -> [[Double]] {
    try PredictiveDistribution.probabilities(output, meaning)
  }

  /// Logits whose softmax gives the probabilities of classes that exclude each other, `[N][classes]`: a
  /// single logit stands beside 0.
  ///
  /// - Throws: ``InterpretabilityError`` for outputs of another shape, numbers, and labels with a sigmoid
  ///   each.
  public static func exclusiveLogits(
    _ output: Tensor, _ meaning: OutputMeaning
  ) throws -> [[Double]] {
    try logits(meaning.exclusiveLogits(output.converted(to: .float64)))
  }

  /// `exp z_k / Σ_j exp z_j` for one row of logits.
  public static func softmax(_ logits: [Double]) -> [Double] {
    LabelledLogits.softmax(logits).probabilities
  }
}
