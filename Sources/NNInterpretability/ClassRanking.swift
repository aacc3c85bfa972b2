/// A network's classes for one sample, the most probable first.
public struct ClassRanking: Sendable {
  /// One class.
  public struct Entry: Sendable {
    public let index: Int
    public let logit: Double
    /// By a softmax over all logits or a sigmoid of each, computed in float64.
    public let probability: Double
  }

  /// The classes by falling probability; of equal ones the first comes first.
  public let entries: [Entry]

  /// The rankings of a batch of logits `[N, classes]`; none for values of another rank, or of outputs that
  /// are numbers.
  ///
  /// - Parameters:
  ///   - logits: The network's output.
  ///   - meaning: What the output is; see ``Model/outputMeaning``.
  /// - Returns: One ranking for each sample, or none at all.
  /// - Throws: `TorchError` when the values cannot be read.
  public static func all(
    _ logits: Tensor, _ meaning: OutputMeaning = OutputMeaning()
  ) throws -> [ClassRanking] {
    guard logits.rank == 2, meaning.activation(width: logits.shape[1]) != .none else { return [] }
    return try NetworkAnswer.all(logits, meaning).map { answer in
      ClassRanking(
        entries: answer.entries.map {
          Entry(index: $0.index, logit: $0.value, probability: $0.probability ?? 0)
        })
    }
  }
}
