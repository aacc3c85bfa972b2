/// Where a training is.
public struct TrainingProgress: Sendable {
  /// The epoch, from 1.
  public let epoch: Int
  /// How many epochs there are in all.
  public let epochs: Int
  /// How many steps of this epoch are done.
  public let step: Int
  /// How many steps an epoch has.
  public let steps: Int
  /// The means over this epoch so far, by name, such as `loss` and `accuracy`.
  public let metrics: [(name: String, value: Double)]
  /// How many seconds the rest will take at the pace so far.
  public let secondsLeft: Double
}
