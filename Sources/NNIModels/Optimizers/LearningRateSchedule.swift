import Foundation

/// How the learning rate changes while training goes on.
public struct LearningRateSchedule: Sendable, Codable, Hashable {
  /// The shape of the change after the warm-up.
  public enum Shape: Sendable, Codable, Hashable {
    /// The same all the time.
    case constant
    /// Half a cosine from the peak down to a fraction of it (Loshchilov and Hutter 2017, equation 5,
    /// `loshchilov2017sgdr`).
    case cosine(floor: Double)
    /// Times `factor` after every `share` of the training.
    case steps(share: Double, factor: Double)
  }

  /// The largest learning rate.
  public var peak: Double
  /// What follows the warm-up.
  public var shape: Shape
  /// The share of the training, in 0..<1, during which the rate rises evenly from almost nothing.
  public var warmUp: Double

  /// Creates a schedule.
  public init(peak: Double, shape: Shape = .constant, warmUp: Double = 0) {
    self.peak = peak
    self.shape = shape
    self.warmUp = warmUp
  }

  /// The rate of a step.
  ///
  /// - Parameters:
  ///   - step: How many steps were done before.
  ///   - total: How many there are in all.
  /// - Returns: How far to go in this step.
  public func rate(at step: Int, of total: Int) -> Double {
    let warmUpSteps = (warmUp * Double(total)).rounded()
    if Double(step) < warmUpSteps { return peak * Double(step + 1) / warmUpSteps }
    let rest = max(1, Double(total) - warmUpSteps)
    let progress = min(1, (Double(step) - warmUpSteps) / rest)
    switch shape {
    case .constant: return peak
    case .cosine(let floor):
      return peak * (floor + (1 - floor) * (1 + cos(Double.pi * progress)) / 2)
    case .steps(let share, let factor):
      return peak * pow(factor, (progress / share + 1e-9).rounded(.down))
    }
  }

  /// The schedule in one line, for records.
  public var text: String {
    let start = warmUp > 0 ? ", warm-up \(warmUp)" : ""
    return switch shape {
    case .constant: "constant \(peak)\(start)"
    case .cosine(let floor): "cosine from \(peak) to \(peak * floor)\(start)"
    case .steps(let share, let factor): "\(peak), times \(factor) every \(share)\(start)"
    }
  }
}
