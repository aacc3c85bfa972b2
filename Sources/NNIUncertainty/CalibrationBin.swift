internal import Foundation

/// Samples of like confidence: how sure the network was of them, and how often it was right.
public struct CalibrationBin: Sendable, Codable, Equatable {
  /// The lowest and the highest confidence of the bin; it holds what lies above the one, up to the other.
  public let bounds: [Double]
  /// How many samples are in it.
  public let count: Int
  /// Their mean confidence; 0 without any.
  public let confidence: Double
  /// The share of them that is right; 0 without any.
  public let accuracy: Double
  /// Wilson's 95 % interval of the share.
  public let accuracyBand: [Double]

  /// A bin of samples with their confidence and whether they are right.
  init(bounds: [Double], _ samples: [(confidence: Double, isRight: Bool)]) {
    self.bounds = bounds
    count = samples.count
    let size = Double(max(samples.count, 1))
    confidence = samples.reduce(0) { $0 + $1.confidence } / size
    let right = samples.count { $0.isRight }
    accuracy = Double(right) / size
    accuracyBand = WilsonInterval.bounds(of: right, among: samples.count)
  }

  /// `confidence − accuracy`, positive where the network is too sure.
  public var gap: Double { confidence - accuracy }
}

/// Wilson's interval of a share.
///
/// - Reference: Wilson 1927, *Probable Inference, the Law of Succession, and Statistical Inference*
///   (`wilson1927probable`).
enum WilsonInterval {
  /// The 97.5 % quantile of the normal distribution.
  private static let z = 1.959963984540054

  /// The 95 % interval of a share; everything without samples.
  static func bounds(of successes: Int, among count: Int) -> [Double] {
    guard count > 0 else { return [0, 1] }
    let n = Double(count)
    let share = Double(successes) / n
    let square = z * z / n
    let centre = (share + square / 2) / (1 + square)
    let half = z / (1 + square) * (share * (1 - share) / n + square / (4 * n)).squareRoot()
    return [
      successes == 0 ? 0 : max(0, centre - half), successes == count ? 1 : min(1, centre + half),
    ]
  }
}
