/// When an image is good enough.
public struct StoppingRule: Sendable, Codable, Hashable {
  /// The probability of its class at which an image is done, before the step that would follow; 0 for
  /// never.
  public var probability: Double
  /// After how many steps without a better score an image is done; 0 for never.
  public var patience: Int
  /// By which part of its size a score must be better to count.
  public var tolerance: Double

  /// Creates a rule.
  public init(probability: Double = 0, patience: Int = 0, tolerance: Double = 1e-3) {
    self.probability = probability
    self.patience = patience
    self.tolerance = tolerance
  }

  /// Only the number of steps counts.
  public static let never = StoppingRule()

  /// The rule in one line, for records.
  var text: String {
    "probability \(probability), patience \(patience), tolerance \(tolerance)"
  }

  /// - Throws: ``InterpretabilityError`` when a number is out of range.
  func validate() throws {
    guard (0...1).contains(probability), patience >= 0, tolerance >= 0, tolerance.isFinite else {
      throw InterpretabilityError(
        .invalidOption,
        "the rule for stopping is impossible: \(text); wanted a probability in 0…1 and numbers that "
          + "are not negative")
    }
  }
}
