/// How far a computation is.
public struct ComputationProgress: Sendable, Hashable {
  /// The share that is done, from 0 to 1; it never falls, and is 1 at the end.
  public let fraction: Double

  /// A share from 0 to 1.
  public init(fraction: Double) { self.fraction = fraction }
}
