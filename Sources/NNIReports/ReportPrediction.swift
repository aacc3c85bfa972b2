/// What the network says about a photograph: one class.
public struct ReportPrediction: Sendable, Hashable {
  /// The class's name as the model's labels give it; any text.
  public var className: String
  /// Its probability, 0 to 1.
  public var probability: Double
  /// Its score before the softmax, where known.
  public var logit: Double?
  /// Whether the maps explain this class.
  public var isExplained: Bool

  /// States one class.
  public init(
    className: String, probability: Double, logit: Double? = nil, isExplained: Bool = false
  ) {
    self.className = className
    self.probability = probability
    self.logit = logit
    self.isExplained = isExplained
  }
}
