/// Stochastic gradient descent with momentum, as PyTorch's `SGD`.
///
/// With decay λ, momentum μ and learning rate η: `g ← g + λp`; `v ← μv + g` (`v = g` at first);
/// `p ← p − η·v`, or `p − η(g + μv)` in Nesterov's form.
///
/// - Reference: Sutskever et al. 2013, *On the Importance of Initialization and Momentum in Deep
///   Learning*, section 2 (`sutskever2013importance`).
public struct SGDOptimizer: Optimizer {
  /// μ, in 0..<1.
  public var momentum: Double
  /// Whether the gradient is looked at after the step that momentum makes.
  public var isNesterov: Bool
  /// λ.
  public var weightDecay: Double

  /// Creates an optimiser.
  public init(momentum: Double = 0.9, isNesterov: Bool = false, weightDecay: Double = 0) {
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
  }

  public func updated(
    _ parameter: Tensor, gradient: Tensor, slots: inout StateDict, step: Int, learningRate: Double
  ) throws -> Tensor {
    var gradient = gradient
    if weightDecay != 0 { gradient = try gradient.adding(parameter, times: weightDecay) }
    if momentum != 0 {
      let velocity = try slots["velocity"].map { try gradient + $0 * momentum } ?? gradient
      slots["velocity"] = velocity
      gradient = isNesterov ? try gradient.adding(velocity, times: momentum) : velocity
    }
    return try parameter.adding(gradient, times: -learningRate)
  }

  public var text: String {
    "SGD, \(isNesterov ? "Nesterov momentum" : "momentum") \(momentum), weight decay \(weightDecay)"
  }
}
