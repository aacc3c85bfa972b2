/// One question about a photograph, such as why it is that class, and every method's answer.
public struct ComparisonTarget: Sendable, Hashable {
  /// The class's name, or what else is explained; any text.
  public var name: String
  /// The class's probability, where the target is one class.
  public var probability: Double?
  /// The score that is explained.
  public var score: Double
  /// One answer of each method, in the same order for all targets.
  public var entries: [ComparisonEntry]

  /// Describes a target.
  public init(name: String, probability: Double?, score: Double, entries: [ComparisonEntry]) {
    self.name = name
    self.probability = probability
    self.score = score
    self.entries = entries
  }
}
