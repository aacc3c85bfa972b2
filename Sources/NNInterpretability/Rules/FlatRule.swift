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
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    let term = Sharing.Term(
      input: try step.inputs[0].onesLike(), weight: try layer.weight.onesLike())
    let shares = try Sharing(
      layer: layer, terms: [term], bias: nil, stabilizer: Stabilizer(epsilon: stabilizer)
    ).shares(of: signal.value)
    return Propagated([shares.inputs], absorbed: shares.absorbed)
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
