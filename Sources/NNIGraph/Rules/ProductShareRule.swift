/// The derivative by the operands of a product, each times its portion: relevance of a product is shared, not
/// counted once for each factor.
///
///     g_A = p_A · ∂z/∂Aᵀ g        g_B = p_B · ∂z/∂Bᵀ g
///
/// With a half each the relevance `a · g` of both operands together is that of the product; with `[0, 1]` the
/// first operand counts as a constant, as attention's weights do in CP-LRP.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, equation 15 (`achtibat2024attnlrp`); Ali et al. 2022, *XAI for
///   Transformers*, section 4.1 (`ali2022xai`).
public struct ProductShareRule: PropagationRule {
  /// The portion of each operand, from 0 to 1.
  public var portions: [Double]

  /// Creates the rule.
  public init(_ portions: [Double] = [0.5, 0.5]) { self.portions = portions }

  public var settings: String { portions.map { "\($0)" }.joined(separator: ", ") }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let gradients = try step.pullback(signal.value)
    guard gradients.count == portions.count else {
      throw InterpretabilityError(
        .missingRule, "\(portions.count) portions for \(gradients.count) operands",
        node: step.node.id)
    }
    return Propagated(try zip(gradients, portions).map { $1 == 1 ? $0 : try $0 * $1 })
  }
}
