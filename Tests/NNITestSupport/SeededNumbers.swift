public import NNIModels
import Foundation

/// Normally distributed numbers from a seed, the same on every machine.
public struct SeededNumbers: Sendable {
  private var state: UInt64

  /// Starts the sequence of a seed.
  public init(_ seed: UInt64) { state = seed }

  /// The next uniform number in 0..<1 (SplitMix64).
  public mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
  }

  /// The next standard normal number (Box and Muller).
  public mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }

  /// A float64 tensor of a seed's first normal numbers.
  public static func tensor(_ shape: [Int], seed: UInt64) throws -> Tensor {
    var numbers = SeededNumbers(seed)
    return try numbers.tensor(shape)
  }

  /// A float64 tensor of normal numbers.
  public mutating func tensor(_ shape: [Int], scale: Double = 1) throws -> Tensor {
    let elements = (0..<shape.reduce(1, *)).map { _ in normal() * scale }
    return try Tensor(elements, shape: shape)
  }
}
