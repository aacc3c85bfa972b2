/// LRP-w²: relevance by the square of the weights, whatever the input, `w_jk² / Σ_i w_ik²`.
///
/// Meant for the first layer. The bias takes nothing. Zennit counts a squared bias in the denominator
/// unless it is zeroed.
///
/// - Reference: Montavon et al. 2017, equation 11 (`montavon2017explaining`).
public struct WSquareRule: PropagationRule {
  /// Keeps denominators away from zero.
  public var stabilizer: Double

  /// Creates the rule.
  public init(stabilizer: Double = 1e-6) { self.stabilizer = stabilizer }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    var layer = try step.layer(as: (any LinearLayer).self, for: self)
    layer.weight = try layer.weight.squared()
    let term = try Sharing.Term(step.inputs[0].onesLike(), layer)
    return try Sharing.shares(of: step.relevance(of: signal), among: [term], stabilizer: stabilizer)
  }
}

extension PropagationRule where Self == WSquareRule {
  /// LRP-w²; see ``WSquareRule``.
  public static var wSquare: Self { WSquareRule() }
}

extension WSquareRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("w-square") { WSquareRule(stabilizer: $0.stabilizer) }
    ]
  }
}
