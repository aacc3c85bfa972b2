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

  /// `exp z_k / Σ_j exp z_j` for one row of logits.
  public static func softmax(_ logits: [Double]) -> [Double] {
    LabelledLogits.softmax(logits).probabilities
  }
}
