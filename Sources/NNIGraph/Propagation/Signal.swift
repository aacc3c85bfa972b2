/// What travels backwards along an edge: a gradient, relevance or multipliers, of the shape of the
/// value that it belongs to.
public struct Signal: Sendable {
  /// The signal; for a split one the multiplier of the value's positive part.
  public var value: Tensor
  /// The multiplier of the value's negative part, where DeepLIFT tells the two apart.
  public var negative: Tensor?

  /// A signal.
  public init(_ value: Tensor) { self.value = value }

  /// Multipliers of the positive and of the negative part of a value's difference.
  public init(positive: Tensor, negative: Tensor) {
    value = positive
    self.negative = negative
  }

  /// Whether the two parts of a difference have multipliers of their own.
  public var isSplit: Bool { negative != nil }

  /// The multiplier of a whole difference: of a split signal the one that belongs to the difference's
  /// sign, and the mean of both where the difference is zero.
  func multiplier(of difference: Tensor) throws -> Tensor {
    guard let negative else { return value }
    let mean = try (value + negative) * 0.5
    return try value.selected(
      where: difference.isGreater(than: 0),
      otherwise: negative.selected(where: difference.isLess(than: 0), otherwise: mean))
  }

  /// What two paths bring to the same node.
  static func + (left: Signal, right: Signal) throws -> Signal {
    let sum = try left.value + right.value
    guard left.isSplit || right.isSplit else { return Signal(sum) }
    // A signal that is not split serves both parts.
    return Signal(
      positive: sum,
      negative: try (left.negative ?? left.value) + (right.negative ?? right.value))
  }
}
