/// One node of a recorded forward pass, as a propagation rule sees it.
public struct Step {
  /// The node.
  public let node: Graph.Node
  /// The values that it took; NaN where the rule had said that it would not read them (``PropagationRule/reading(at:)``).
  public let inputs: [Tensor]
  /// The value that it gave, likewise.
  public let output: Tensor
  /// For each input, whether its signal will be used; rules may skip the others.
  public let wanted: [Bool]
  let derivative: Derivative
  let reference: ReferenceTrace?
  let index: Int

  /// `Jᵀ · cotangent` for each input: the node's own derivative.
  public func pullback(_ cotangent: Tensor) throws -> [Tensor] {
    try derivative.pullback(cotangent)
  }

  /// The relevance that a signal at the node's output stands for.
  public func relevance(of signal: Signal) throws -> Tensor { try signal.relevance(of: output) }

  /// The node's layer as the kind that a rule is written for.
  ///
  /// - Throws: ``InterpretabilityError`` that names node, rule and kind.
  public func layer<Wanted>(
    as wanted: Wanted.Type, for rule: any PropagationRule
  ) throws -> Wanted {
    if let layer = node.layer as? Wanted { return layer }
    throw InterpretabilityError(
      .missingRule,
      "\(type(of: rule)) is a rule for a \(wanted), but this is a \(node.layer.name) layer; "
        + "choose another rule for \(node.layer.kind.rawValue) nodes", node: node.id)
  }
}
