/// How what is optimised follows the derivative of the objective.
public enum AscentMethod: Sendable {
  /// Adam, or AdamW; its weight decay draws what is optimised to zero.
  case adam(AdamOptimizer)
  /// A step of the derivative divided by its root mean square, for each image by itself.
  case normalizedGradient

  /// Adam as it is usual.
  public static let adam = AscentMethod.adam(AdamOptimizer())

  /// Name and settings, for records.
  public var text: String {
    switch self {
    case .adam(let optimizer): optimizer.text
    case .normalizedGradient: "normalised gradient"
    }
  }

  /// What is optimised after one step uphill.
  func stepped(
    _ parameters: Tensor, gradient: Tensor, slots: inout StateDict, step: Int, learningRate: Double
  ) throws -> Tensor {
    switch self {
    case .adam(let optimizer):
      return try optimizer.updated(
        parameters, gradient: gradient.negated(), slots: &slots, step: step,
        learningRate: learningRate)
    case .normalizedGradient:
      let mean = try gradient.squared().orderedMeanPerSample().squareRoot() + 1e-12
      let scale = try mean.reshaped([-1] + gradient.shape.dropFirst().map { _ in 1 })
      return try parameters + gradient / scale * learningRate
    }
  }
}
