/// What travels backwards along an edge: a gradient, multipliers or relevance, of the shape of the
/// value that it belongs to.
///
/// A multiplier `g` of a value `a` stands for the relevance `a · g`. Rules hand on multipliers wherever they can,
/// for nothing need be divided by an output then, which in deep networks often is nearly zero. What is no product
/// with the value, such as equal shares, travels as relevance until a rule shares it by contribution.
public struct Signal: Sendable {
  /// What a signal is.
  public enum Form: Sendable, Hashable {
    /// A gradient or what takes its place: relevance is value times signal.
    case multiplier
    /// Relevance itself.
    case relevance
  }

  /// The signal; for a split one the multiplier of the value's positive part.
  public var value: Tensor
  /// The multiplier of the value's negative part, where DeepLIFT tells the two apart.
  public var negative: Tensor?

  /// What the signal is.
  public let form: Form

  /// A multiplier, such as a gradient.
  public init(_ value: Tensor) {
    self.value = value
    form = .multiplier
  }

  /// Relevance.
  public init(relevance: Tensor) {
    value = relevance
    form = .relevance
  }

  /// Multipliers of the positive and of the negative part of a value's difference.
  public init(positive: Tensor, negative: Tensor) {
    value = positive
    self.negative = negative
    form = .multiplier
  }

  /// Whether the two parts of a difference have multipliers of their own.
  public var isSplit: Bool { negative != nil }

  /// The relevance of a node with that value.
  public func relevance(of node: Tensor) throws -> Tensor {
    form == .relevance ? value : try node * value
  }

  /// The multiplier of a node with that value: relevance over the value, and 0 where that is 0.
  package func multiplier(at node: Tensor) throws -> Tensor {
    form == .multiplier ? value : try Division(value, by: node, stabilizer: 0).quotient
  }

  /// The multiplier of a whole difference: of a split signal the one that belongs to the difference's
  /// sign, and the mean of both where the difference is zero.
  func multiplier(of difference: Tensor) throws -> Tensor {
    guard let negative else { return value }
    let mean = try (value + negative) * 0.5
    return try value.selected(
      where: difference.isGreater(than: 0),
      otherwise: negative.selected(where: difference.isLess(than: 0), otherwise: mean))
  }

  /// What two paths bring to the same node, whose value counts where the paths bring different forms.
  static func sum(_ left: Signal, _ right: Signal, at node: Tensor?) throws -> Signal {
    if left.form == .relevance || right.form == .relevance {
      if left.form == right.form { return Signal(relevance: try left.value + right.value) }
      guard let node else {
        throw InterpretabilityError(.invalidGraph, "relevance meets a multiplier of no value")
      }
      return Signal(relevance: try left.relevance(of: node) + right.relevance(of: node))
    }
    let sum = try left.value + right.value
    guard left.isSplit || right.isSplit else { return Signal(sum) }
    // A signal that is not split serves both parts.
    return Signal(
      positive: sum,
      negative: try (left.negative ?? left.value) + (right.negative ?? right.value))
  }
}
