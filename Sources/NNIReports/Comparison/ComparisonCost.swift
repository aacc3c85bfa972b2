/// What a map cost.
public struct ComparisonCost: Sendable, Hashable, Codable {
  /// Forward passes.
  public var forward: Int
  /// Backward passes.
  public var backward: Int
  /// Whether there may have been more, as a tolerance asked for.
  public var isAtLeast: Bool
  /// How long the method took alone, its own forward pass included, in seconds.
  public var seconds: Double
  /// The bytes that the network's values take at the peak, as planned.
  public var peakBytes: Int

  /// States a cost.
  public init(
    forward: Int, backward: Int, isAtLeast: Bool = false, seconds: Double, peakBytes: Int
  ) {
    self.forward = forward
    self.backward = backward
    self.isAtLeast = isAtLeast
    self.seconds = seconds
    self.peakBytes = peakBytes
  }

  /// Forward and backward passes in a few signs, such as `51 + 50`.
  var passes: String { "\(isAtLeast ? "≥ " : "")\(forward) + \(backward)" }

  /// The time with three significant digits.
  var time: String {
    seconds < 1 ? "\(NumberText.short(seconds * 1000)) ms" : "\(NumberText.short(seconds)) s"
  }

  /// The memory in megabytes.
  var memory: String { "\(NumberText.short(Double(peakBytes) / 1e6)) MB" }
}
