/// What the network says about a photograph: one class.
public struct ReportPrediction: Sendable, Hashable {
  /// The class's name as the model's labels give it; any text.
  public var className: String
  /// Its probability, 0 to 1; `nil` where the network's outputs are numbers.
  public var probability: Double?
  /// Its score before the softmax or sigmoid, or the number itself, where known.
  public var logit: Double?
  /// Whether the maps explain this class.
  public var isExplained: Bool

  /// States one class.
  public init(
    className: String, probability: Double?, logit: Double? = nil, isExplained: Bool = false
  ) {
    self.className = className
    self.probability = probability
    self.logit = logit
    self.isExplained = isExplained
  }
}

extension ReportPrediction {
  /// The probability in percent, or the number where there is none.
  var text: String {
    probability.map { NumberText.percent($0) } ?? logit.map { NumberText.short($0) } ?? "–"
  }
}
