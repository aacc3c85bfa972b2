/// The mean of `(z − onehot)²` over the batch and the classes.
public struct MeanSquaredErrorLoss: TrainingLoss {
  /// Creates the loss.
  public init() {}

  public func value(_ logits: Tensor, labels: Tensor, epoch: Int) throws -> Tensor {
    try .call(
      "aten::mse_loss", .tensor(logits),
      .tensor(labels.oneHot(logits.shape[1], as: logits.dtype)))
  }

  public var text: String { "mean squared error" }
}
