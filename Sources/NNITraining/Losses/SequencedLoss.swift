/// One loss for the first epochs, another one afterwards.
///
/// Evidence needs such a beginning: where a class's logit is below zero for every sample, ``EvidentialLoss``
/// has no gradient that could raise it again, and from random weights some classes get there. After an
/// epoch of cross entropy each class has samples with a positive logit.
public struct SequencedLoss: TrainingLoss {
  /// The loss of the first epochs.
  public var first: any TrainingLoss
  /// How many epochs those are.
  public var epochs: Int
  /// The loss of the others, which count from zero again; also the one that validation is judged by.
  public var second: any TrainingLoss

  /// Creates a sequence.
  public init(_ first: any TrainingLoss, epochs: Int, then second: any TrainingLoss) {
    self.first = first
    self.epochs = epochs
    self.second = second
  }

  public func value(_ logits: Tensor, labels: Tensor, epoch: Int) throws -> Tensor {
    epoch < epochs
      ? try first.value(logits, labels: labels, epoch: epoch)
      : try second.value(logits, labels: labels, epoch: epoch - epochs)
  }

  public var text: String { "\(first.text) for \(epochs) epochs, then \(second.text)" }
}
