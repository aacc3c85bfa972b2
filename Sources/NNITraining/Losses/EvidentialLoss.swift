/// The loss by which a classifier learns evidence: squared error and variance of a Dirichlet
/// distribution, and a penalty for evidence that misleads.
///
/// With `α = max(z, 0) + 1`, `S = Σ_k α_k`, `p = α / S` and the one-hot target `y`, for each sample
///
/// `L = Σ_k [(y_k − p_k)² + p_k (1 − p_k) / (S + 1)] + λ · KL(Dir(α̃) ‖ Dir(1))`,
///
/// `α̃ = y + (1 − y) ⊙ α`, `λ = min(1, epoch / annealing)`; the mean over the batch.
///
/// - Reference: Sensoy et al. 2018, *Evidential Deep Learning to Quantify Classification Uncertainty*,
///   equation 5 and the total loss below it (`sensoy2018evidential`).
public struct EvidentialLoss: TrainingLoss {
  /// After how many epochs the penalty has its full weight; 0 for from the beginning.
  public var annealing: Double

  /// Creates the loss.
  public init(annealing: Double = 10) { self.annealing = annealing }

  public func value(_ logits: Tensor, labels: Tensor, epoch: Int) throws -> Tensor {
    let target = try labels.oneHot(logits.shape[1], as: logits.dtype)
    let concentration = try logits.positivePart() + 1
    let strength = try concentration.sum(over: [1], keepingAxes: true)
    let mean = try concentration / strength
    let error = try (target - mean).squared()
    let variance = try mean * (1 - mean) / (strength + 1)
    let fit = try (error + variance).sum(over: [1])
    let misleading = try target + (1 - target) * concentration
    let weight = weight(atEpoch: epoch)
    let loss = weight == 0 ? fit : try fit + Self.divergence(misleading) * weight
    return try loss.mean(over: [0])
  }

  /// λ, the weight of the penalty after that many epochs.
  public func weight(atEpoch epoch: Int) -> Double {
    annealing > 0 ? min(1, Double(epoch) / annealing) : 1
  }

  /// `KL(Dir(α) ‖ Dir(1)) = ln Γ(Σα) − ln Γ(K) − Σ ln Γ(α_k) + Σ (α_k − 1)(ψ(α_k) − ψ(Σα))` for each
  /// row of `[N, K]`: how far a Dirichlet distribution is from the one that knows nothing.
  public static func divergence(_ concentration: Tensor) throws -> Tensor {
    let strength = try concentration.sum(over: [1], keepingAxes: true)
    let classes = try strength.onesLike() * Double(concentration.shape[1])
    let normaliser = try logGamma(strength) - logGamma(classes)
    let terms =
      try (concentration - 1) * (digamma(concentration) - digamma(strength))
      - logGamma(concentration)
    return try normaliser.sum(over: [1]) + terms.sum(over: [1])
  }

  public var text: String { "evidential, annealed over \(annealing) epochs" }

  private static func logGamma(_ x: Tensor) throws -> Tensor {
    try .call("aten::lgamma", .tensor(x))
  }

  private static func digamma(_ x: Tensor) throws -> Tensor {
    try .call("aten::digamma", .tensor(x))
  }
}
