/// What a network answers for one sample, whatever its outputs are.
public struct NetworkAnswer: Sendable {
  /// One class or number.
  public struct Entry: Sendable {
    /// The class, or the number's position in the output.
    public let index: Int
    /// The logit or number; of a dense output the sum over all places, which is what explanations explain.
    public let value: Double
    /// The class's probability, of a dense output its mean over all places; `nil` for numbers.
    public let probability: Double?
    /// Of a dense output the share of places at which the class is the answer; else `nil`.
    public let share: Double?
  }

  /// Classes by falling probability and numbers in their order; of equal ones the first comes first.
  public let entries: [Entry]

  /// The answers of a batch, `[N, …]`.
  ///
  /// - Throws: ``InterpretabilityError`` for an output without an axis of classes.
  public static func all(_ output: Tensor, _ meaning: OutputMeaning) throws -> [NetworkAnswer] {
    guard output.rank >= 2 else { return [] }
    let output = try output.converted(to: .float64)
    let hasProbabilities = meaning.activation(width: output.shape[1]) != .none
    let scores = try meaning.scores(output)
    let places = scores.shape.dropFirst(2).reduce(1, *)
    let (samples, classes) = (scores.shape[0], scores.shape[1])
    let values = try scores.reshaped([samples, classes, places])
    let probabilities =
      hasProbabilities
      ? try meaning.probabilities(output).reshaped([samples, classes, places]) : nil
    let sums = try values.sum(over: [2]).doubles()
    let means = try probabilities.map { try $0.mean(over: [2]).doubles() }
    let shares =
      output.rank > 2
      ? try probabilities.map { try Self.shares($0, meaning, width: output.shape[1]) } : nil
    return (0..<samples).map { sample in
      let row = (sample * classes)..<((sample + 1) * classes)
      let order = row.sorted {
        guard let means else { return $0 < $1 }
        return (-means[$0], -sums[$0], $0) < (-means[$1], -sums[$1], $1)
      }
      return NetworkAnswer(
        entries: order.map {
          Entry(
            index: $0 - row.lowerBound, value: sums[$0], probability: means?[$0], share: shares?[$0]
          )
        })
    }
  }

  /// The share of places of each class `[N, classes, places]` where it is the answer.
  private static func shares(
    _ probabilities: Tensor, _ meaning: OutputMeaning, width: Int
  ) throws -> [Double] {
    let isAnswer =
      meaning.isExclusive(width: width)
      ? try Self.oneHot(probabilities.indexOfMaximum(along: 1), like: probabilities)
      : try probabilities.isGreater(than: 0.5).converted(to: .float64)
    return try isAnswer.mean(over: [2]).doubles()
  }

  private static func oneHot(_ index: Tensor, like values: Tensor) throws -> Tensor {
    try .call(
      "aten::scatter.value", .tensor(values.zerosLike()), .int(1), .tensor(index.unsqueezed(1)),
      .double(1))
  }
}

extension Model {
  /// The name of a class, or of a number in an output that has no classes.
  public func outputLabel(_ index: Int, isNumber: Bool) -> String {
    guard isNumber, !inputSpec.labels.indices.contains(index) else { return inputSpec.label(index) }
    return outputMeaning.name.isEmpty ? "value \(index)" : "\(outputMeaning.name)[\(index)]"
  }
}
