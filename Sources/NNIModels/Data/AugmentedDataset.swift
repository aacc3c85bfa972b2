/// A data set whose inputs are changed at random, differently in each epoch.
///
/// The same seed, epoch and sample give the same input, whatever the batch.
///
/// ```swift
/// let augmented = AugmentedDataset(
///   digits, try RandomAffine(degrees: 10, shift: 2, scale: 1.1), seed: 1, epoch: 3)
/// ```
public struct AugmentedDataset: DerivedDataset {
  /// The data set as it is.
  public let base: any Dataset
  /// What is changed.
  public let augmentation: any Augmentation
  private let random: CounterRandom

  /// The data set of an epoch.
  public init(
    _ base: any Dataset, _ augmentation: any Augmentation, seed: UInt64, epoch: Int = 0
  ) {
    self.base = base
    self.augmentation = augmentation
    random = CounterRandom(seed: seed).branch(UInt64(bitPattern: Int64(epoch)))
  }

  public var labels: [Int] { base.labels }

  public var classNames: [String] { base.classNames }

  public var digest: String { base.digest }

  public func inputs(_ indices: [Int]) throws -> Tensor {
    try augmentation.changed(base.inputs(indices), samples: indices, random: random)
  }
}
