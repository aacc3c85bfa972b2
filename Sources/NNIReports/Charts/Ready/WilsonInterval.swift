/// The range in which a true share probably lies, given how often something happened.
///
/// Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference"
/// (`wilson1927probable`): unlike the normal approximation it stays within 0 and 1 and has a width
/// even after no success.
public struct WilsonInterval: Sendable, Hashable {
  /// The lower end, 0 to 1; NaN without trials.
  public let lower: Double
  /// The upper end, 0 to 1; NaN without trials.
  public let upper: Double

  /// The interval of 95 % (z = 1.96) around an observed share.
  ///
  /// - Parameters:
  ///   - share: successes divided by trials, 0 to 1.
  ///   - trials: how many trials there were.
  ///   - z: how many standard deviations the interval reaches to each side.
  public init(share: Double, trials: Double, z: Double = 1.959963984540054) {
    guard trials > 0, share >= 0, share <= 1 else {
      (lower, upper) = (.nan, .nan)
      return
    }
    let square = z * z / trials
    let center = (share + square / 2) / (1 + square)
    let variance = share * (1 - share) / trials + square / (4 * trials)
    let half = z / (1 + square) * variance.squareRoot()
    // At no success the exact end is 0, at nothing but successes 1; rounding must not pass them.
    lower = share == 0 ? 0 : max(center - half, 0)
    upper = share == 1 ? 1 : min(center + half, 1)
  }
}
