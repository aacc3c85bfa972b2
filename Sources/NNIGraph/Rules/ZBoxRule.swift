/// LRP-zᴮ for a first layer whose inputs lie in a box: the share in `a w − l w⁺ − h w⁻`.
///
/// The bias drops out, for `b − b⁺ − b⁻ = 0`.
///
/// - Reference: Montavon et al. 2017, equation 13 (`montavon2017explaining`).
public struct ZBoxRule: PropagationRule {
  /// The lowest value of each input of the layer; broadcasts over it.
  public var low: Tensor
  /// The highest value of each input of the layer; broadcasts over it.
  public var high: Tensor
  /// Keeps denominators away from zero.
  public var stabilizer: Double

  /// Creates the rule.
  public init(low: Tensor, high: Tensor, stabilizer: Double = 1e-6) {
    self.low = low
    self.high = high
    self.stabilizer = stabilizer
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let layer = try step.layer(as: (any LinearLayer).self, for: self)
    let input = step.inputs[0]
    let terms = [
      try Sharing.Term(input, layer),
      try Sharing.Term(low.negated().expanded(to: input.shape), layer, .rising),
      try Sharing.Term(high.negated().expanded(to: input.shape), layer, .falling),
    ]
    return try Sharing.shares(of: step.relevance(of: signal), among: terms, stabilizer: stabilizer)
  }
}

extension PropagationRule where Self == ZBoxRule {
  /// LRP-zᴮ; see ``ZBoxRule``.
  public static func zBox(low: Tensor, high: Tensor) -> Self { ZBoxRule(low: low, high: high) }
}

extension ZBoxRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("z-box", parameters: ["low", "high"]) { _ in
        throw InterpretabilityError(
          .invalidOption, "a z-box needs the network's input, which only LRP methods know")
      }
    ]
  }
}
