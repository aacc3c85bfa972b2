/// LRP-flat: relevance in equal parts to all inputs that a unit sees; padding is no input.
///
/// - Reference: Lapuschkin et al. 2019, *Unmasking Clever Hans Predictors and Assessing What Machines
///   Really Learn*, supplement (`lapuschkin2019unmasking`).
public struct FlatRule: PropagationRule {
  /// Keeps denominators away from zero.
  public var stabilizer: Double

  /// Creates the rule.
  public init(stabilizer: Double = 1e-6) { self.stabilizer = stabilizer }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    var layer = try step.layer(as: (any LinearLayer).self, for: self)
    layer.weight = try layer.weight.onesLike()
    let term = try Sharing.Term(step.inputs[0].onesLike(), layer)
    return try Sharing.shares(of: step.relevance(of: signal), among: [term], stabilizer: stabilizer)
  }
}

extension PropagationRule where Self == FlatRule {
  /// LRP-flat; see ``FlatRule``.
  public static var flat: Self { FlatRule() }
}

extension FlatRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("flat") { FlatRule(stabilizer: $0.stabilizer) }
    ]
  }
}
