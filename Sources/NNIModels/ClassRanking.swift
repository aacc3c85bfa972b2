/// A network's classes for one sample, the most probable first.
public struct ClassRanking: Sendable {
  /// One class.
  public struct Entry: Sendable {
    public let index: Int
    public let logit: Double
    /// By a softmax over all logits, computed in float64.
    public let probability: Double
  }

  /// The classes by falling logit; of equal ones the first comes first.
  public let entries: [Entry]

  /// The rankings of a batch of logits `[N, classes]`; none for values of another rank.
  public static func all(_ logits: Tensor) throws -> [ClassRanking] {
    guard logits.rank == 2 else { return [] }
    let values = try logits.doubles()
    let probabilities = try logits.converted(to: .float64).softmax(along: 1).doubles()
    let count = logits.shape[1]
    return (0..<logits.shape[0]).map { sample in
      let row = (sample * count)..<((sample + 1) * count)
      let order = row.sorted { (-values[$0], $0) < (-values[$1], $1) }
      return ClassRanking(
        entries: order.map {
          Entry(
            index: $0 - row.lowerBound, logit: values[$0], probability: probabilities[$0])
        })
    }
  }
}
