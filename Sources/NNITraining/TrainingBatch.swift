/// The samples of one step, and the circumstances.
public struct TrainingBatch: Sendable {
  /// `[N, …]`, augmented.
  public let inputs: Tensor
  /// The class of each sample.
  public let labels: [Int]
  /// The position of each sample in the data set.
  public let positions: [Int]
  /// How many epochs are done.
  public let epoch: Int
  /// How many steps are done.
  public let step: Int
  /// How far to go.
  public let learningRate: Double
  /// The seed of the whole training.
  public let seed: UInt64
}
