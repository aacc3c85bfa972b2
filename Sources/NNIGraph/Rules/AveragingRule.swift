/// Relevance at max pooling as if it were average pooling: shared by contribution in each window.
///
/// - Reference: Montavon et al. 2019, section 10.3.2, treats max pooling as sum pooling
///   (`montavon2019layer`).
public struct AveragingRule: PropagationRule {
  /// Keeps denominators away from zero.
  public var stabilizer: Double

  /// Creates the rule.
  public init(stabilizer: Double = 1e-6) { self.stabilizer = stabilizer }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let pool = try step.layer(as: (any MaxPoolingLayer).self, for: self)
    let mean = try Tape(step.inputs, pool.averaging.forward)
    let division = try Division(step.relevance(of: signal), by: mean.output, stabilizer: stabilizer)
    return Propagated(
      [try mean.pullback(division.quotient)[0]], absorbed: division.absorbed)
  }
}

extension PropagationRule where Self == AveragingRule {
  /// Max pooling as average pooling; see ``AveragingRule``.
  public static func averaging(stabilizer: Double = 1e-6) -> Self {
    AveragingRule(stabilizer: stabilizer)
  }
}

extension AveragingRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("average") { AveragingRule(stabilizer: $0.stabilizer) }
    ]
  }
}
