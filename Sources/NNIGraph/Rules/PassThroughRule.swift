/// Hands the signal on unchanged: `R_j = R_j`, for nodes whose value has their input's shape.
///
/// LRP treats activations so, and normalisations by a statistic of the input, whose factor counts as a
/// constant (Achtibat et al. 2024, *AttnLRP*, section 3.3.3; `achtibat2024attnlrp`).
public struct PassThroughRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    guard step.inputs.count == 1, step.inputs[0].shape == step.output.shape else {
      throw InterpretabilityError(
        .missingRule,
        "PassThroughRule is for nodes with one input of the output's shape; found "
          + "\(step.inputs.map(\.shape)) and \(step.output.shape)", node: step.node.id)
    }
    return Propagated([signal])
  }
}

extension PropagationRule where Self == PassThroughRule {
  /// Hands the signal on unchanged.
  public static var passThrough: Self { PassThroughRule() }
}

extension PassThroughRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("pass") { _ in PassThroughRule() }
    ]
  }
}
