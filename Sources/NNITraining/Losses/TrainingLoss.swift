/// What a classifier is trained to make small.
public protocol TrainingLoss: Sendable {
  /// The mean loss of a batch, a tensor of one element that can be differentiated.
  ///
  /// - Parameters:
  ///   - logits: `[N, classes]`.
  ///   - labels: The class of each sample, `[N]` in int64.
  ///   - epoch: How many epochs are done, which annealed losses depend on.
  /// - Returns: A tensor of one element.
  /// - Throws: `TorchError` when the shapes do not fit.
  func value(_ logits: Tensor, labels: Tensor, epoch: Int) throws -> Tensor
  /// Name and settings in one line, for records.
  var text: String { get }
}

extension Tensor {
  /// One at each label and zero elsewhere: `[N]` in int64 becomes `[N, classes]`.
  func oneHot(_ classes: Int, as dtype: DType) throws -> Tensor {
    try Tensor.call("aten::one_hot", .tensor(self), .int(classes)).converted(to: dtype)
  }
}
