/// Hands relevance on unchanged: `R_j = R_j`, for nodes whose value has their input's shape.
///
/// LRP treats activations so. A multiplier `g` becomes `g · f(x) / x` there, and where a function is not zero at zero
/// `g · (f(x) − f(0)) / x`, the constant `f(0)` keeping its share as a bias does: a sigmoid's relevance over an input
/// that is nearly zero would have no bound. At other nodes a multiplier becomes relevance.
///
/// - Reference: Bach et al. 2015, section 3.1 (`bach2015pixel`), for activations that are zero at zero; Achtibat et
///   al. 2024, *AttnLRP*, equation 9 (`achtibat2024attnlrp`).
public struct PassThroughRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    guard let layer = layer as? ActivationLayer, !layer.isSteepAtZero,
      let offset = try? layer.valueAtZero, offset.isFinite
    else { return .all }
    return layer.reading
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    guard step.inputs.count == 1, step.inputs[0].shape == step.output.shape else {
      throw InterpretabilityError(
        .missingRule,
        "PassThroughRule is for nodes with one input of the output's shape; found "
          + "\(step.inputs.map(\.shape)) and \(step.output.shape)", node: step.node.id)
    }
    guard signal.form == .multiplier else { return Propagated([signal]) }
    if let layer = step.node.layer as? ActivationLayer, !layer.isSteepAtZero {
      let offset = try layer.valueAtZero
      if offset.isFinite {
        let g = signal.value
        let multiplier = try layer.multiplier(g, at: step, valueAtZero: offset)
        return Propagated(
          [multiplier], absorbed: offset == 0 ? [:] : [.bias: try g.sumPerSample() * offset])
      }
    }
    return Propagated(relevance: [try step.relevance(of: signal)])
  }
}

extension ActivationLayer {
  /// Whether a value over its input has no bound near zero though the function is zero there.
  fileprivate var isSteepAtZero: Bool {
    switch function {
    case .squareRoot: true
    case .power(let exponent): exponent < 1
    default: false
    }
  }
}

extension PropagationRule where Self == PassThroughRule {
  /// Hands relevance on unchanged.
  public static var passThrough: Self { PassThroughRule() }
}

extension PassThroughRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("pass") { _ in PassThroughRule() }
    ]
  }
}
