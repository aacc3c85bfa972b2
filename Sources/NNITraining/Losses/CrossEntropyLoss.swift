/// Cross entropy: `−Σ_k t_k log softmax(z)_k`, the mean over the batch.
///
/// With label smoothing ε the target is `t = (1 − ε) · onehot + ε / K`.
///
/// - Reference: Szegedy et al. 2016, *Rethinking the Inception Architecture for Computer Vision*,
///   section 7 (`szegedy2016rethinking`), for the smoothing.
public struct CrossEntropyLoss: TrainingLoss {
  /// ε, in 0…1.
  public var labelSmoothing: Double

  /// Creates the loss.
  public init(labelSmoothing: Double = 0) { self.labelSmoothing = labelSmoothing }

  public func value(_ logits: Tensor, labels: Tensor, epoch: Int) throws -> Tensor {
    let mean = 1  // libtorch's number for the mean over the batch
    let ignored = -100
    return try .call(
      "aten::cross_entropy_loss", .tensor(logits), .tensor(labels), .none, .int(mean),
      .int(ignored), .double(labelSmoothing))
  }

  public var text: String {
    labelSmoothing == 0 ? "cross entropy" : "cross entropy, label smoothing \(labelSmoothing)"
  }
}
