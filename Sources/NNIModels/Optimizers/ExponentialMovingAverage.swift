/// A slowly moving average of weights: `a ← d·a + (1 − d)·w`, which is steadier than the weights.
///
/// In its beginning the average is not held back by where it started: `d = min(decay, (1 + t)/(10 + t))`
/// at step t.
///
/// - Reference: Yazıcı et al. 2019, *The Unusual Effectiveness of Averaging in GAN Training*, section 3.2
///   (`yazici2019unusual`).
public struct ExponentialMovingAverage: Sendable, Codable, Hashable {
  /// How much of the average stays at each step, in 0..<1.
  public var decay: Double

  /// Creates an average.
  public init(decay: Double = 0.999) { self.decay = decay }

  /// The average after one more step.
  ///
  /// - Parameters:
  ///   - average: The average so far.
  ///   - weights: The weights now.
  ///   - step: How many steps were done before.
  /// - Returns: The new average; what is not in the old one begins as it is.
  /// - Throws: `TorchError` when shapes differ.
  public func updated(_ average: StateDict, with weights: StateDict, step: Int) throws -> StateDict
  {
    let share = min(decay, Double(1 + step) / Double(10 + step))
    var result = weights
    for (name, value) in weights {
      guard let old = average[name] else { continue }
      result[name] = try (old * share).adding(value, times: 1 - share)
    }
    return result
  }
}
