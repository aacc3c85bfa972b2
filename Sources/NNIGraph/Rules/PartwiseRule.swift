/// Hands both parts of a split signal on apart, by the node's derivative: sums, concatenations, average
/// pools and rearrangements, which are linear with weights that are not negative.
public struct PartwiseRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading { .derivative }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let positive = try step.pullback(signal.value)
    guard let other = signal.negative else { return Propagated(positive) }
    let negative = try step.pullback(other)
    let isDifference = (step.node.layer as? SumLayer)?.isDifference ?? false
    return Propagated(
      positive.indices.map { input in
        guard isDifference, input > 0 else {
          return Signal(positive: positive[input], negative: negative[input])
        }
        // What is taken away adds its negative part to the positive one.
        return Signal(positive: negative[input], negative: positive[input])
      })
  }
}

extension PropagationRule where Self == PartwiseRule {
  /// Hands both parts of a split signal on apart.
  public static var partwise: Self { PartwiseRule() }
}
