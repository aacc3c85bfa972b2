/// Adam, and AdamW with its decoupled weight decay, as PyTorch's.
///
/// `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`,
/// `p ← p − η · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)`. Decay λ adds `λp` to the gradient, or, decoupled,
/// multiplies the parameter by `1 − ηλ` before.
///
/// - Reference: Kingma and Ba 2015, *Adam: A Method for Stochastic Optimization*, algorithm 1
///   (`kingma2015adam`); Loshchilov and Hutter 2019, *Decoupled Weight Decay Regularization*, algorithm
///   2 (`loshchilov2019decoupled`).
public struct AdamOptimizer: Optimizer {
  /// β₁, how slowly the mean of gradients changes.
  public var beta1: Double
  /// β₂, how slowly the mean of squared gradients changes.
  public var beta2: Double
  /// ε, which keeps the quotient finite.
  public var epsilon: Double
  /// λ.
  public var weightDecay: Double
  /// Whether decay acts on the parameter and not through the gradient: AdamW.
  public var isDecoupled: Bool

  /// Creates an optimiser.
  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
    isDecoupled: Bool = false
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.isDecoupled = isDecoupled
  }

  public func updated(
    _ parameter: Tensor, gradient: Tensor, slots: inout StateDict, step: Int, learningRate: Double
  ) throws -> Tensor {
    var (parameter, gradient) = (parameter, gradient)
    if weightDecay != 0 {
      if isDecoupled {
        parameter = try parameter * (1 - learningRate * weightDecay)
      } else {
        gradient = try gradient.adding(parameter, times: weightDecay)
      }
    }
    let mean = try slots["mean"] ?? gradient.zerosLike()
    let square = try slots["square"] ?? gradient.zerosLike()
    let newMean = try (mean * beta1).adding(gradient, times: 1 - beta1)
    let newSquare = try Tensor.call(
      "aten::addcmul", .tensor(square * beta2), .tensor(gradient), .tensor(gradient),
      .double(1 - beta2))
    (slots["mean"], slots["square"]) = (newMean, newSquare)
    let meanCorrection = 1 - power(beta1, step)
    let squareCorrection = (1 - power(beta2, step)).squareRoot()
    let scale = try newSquare.squareRoot() / squareCorrection + epsilon
    return try .call(
      "aten::addcdiv", .tensor(parameter), .tensor(newMean), .tensor(scale),
      .double(-learningRate / meanCorrection))
  }

  public var text: String {
    "\(isDecoupled ? "AdamW" : "Adam"), betas \(beta1) and \(beta2), weight decay \(weightDecay)"
  }

  /// `base` to the power of a whole number, by squaring.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
