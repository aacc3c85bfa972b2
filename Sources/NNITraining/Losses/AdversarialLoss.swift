/// The two losses of a generator and a discriminator, from the discriminator's logits.
///
/// Discriminator: `−t log σ(x) − (1 − t) log(1 − σ(x))` on real samples with `t = 1 − ε`, and
/// `−log(1 − σ(x))` on generated ones. Generator, non-saturating: `−log σ(x)`.
///
/// - Reference: Goodfellow et al. 2014, *Generative Adversarial Nets*, section 3
///   (`goodfellow2014generative`); Salimans et al. 2016, *Improved Techniques for Training GANs*,
///   section 3.4, for the one-sided smoothing ε (`salimans2016improved`).
public struct AdversarialLoss: Sendable {
  /// ε, in 0…1: how far the target of real samples lies below one.
  public var labelSmoothing: Double

  /// Creates the losses.
  public init(labelSmoothing: Double = 0) { self.labelSmoothing = labelSmoothing }

  /// The discriminator's loss, the sum of the means over both batches.
  ///
  /// - Parameters:
  ///   - real: Logits of real samples, `[N, 1]`.
  ///   - generated: Logits of generated samples, `[N, 1]`.
  /// - Returns: A tensor of one element.
  /// - Throws: `TorchError` when libtorch refuses.
  public func discriminator(real: Tensor, generated: Tensor) throws -> Tensor {
    var loss = try Self.cost(of: real) * (1 - labelSmoothing)
    if labelSmoothing > 0 { loss = try loss + Self.cost(of: real.negated()) * labelSmoothing }
    return try loss + Self.cost(of: generated.negated())
  }

  /// The generator's loss.
  ///
  /// - Parameter generated: The discriminator's logits of generated samples, `[N, 1]`.
  /// - Returns: A tensor of one element.
  /// - Throws: `TorchError` when libtorch refuses.
  public func generator(generated: Tensor) throws -> Tensor { try Self.cost(of: generated) }

  /// The mean of `−log σ(x)`.
  private static func cost(of logits: Tensor) throws -> Tensor {
    try Tensor.call("aten::log_sigmoid", .tensor(logits)).mean(over: Array(0..<logits.rank))
      .negated()
  }
}
