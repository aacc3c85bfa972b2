/// The derivative of the score by the input, `∂f_c/∂x`: "vanilla backpropagation".
///
/// Says how the score would change for a small change of each element; not how much each contributes.
///
/// ```swift
/// let attribution = try Gradient().attribute(model, input: image, target: .predicted)
/// ```
///
/// - Reference: Baehrens et al. 2010, *How to Explain Individual Classification Decisions*
///   (`baehrens2010explain`); Simonyan et al. 2014 (`simonyan2014deep`).
public struct Gradient: ConfigurableMethod, RuleBasedMethod, DifferentiatingMethod {
  /// How it differentiates.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(propagation: GradientPropagation = .gradient) { self.propagation = propagation }

  public var name: String { "gradient" }

  public var nodesRead: Set<NodeID>? { [] }

  public var options: [MethodOption<Self>] { [.propagation] }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    return try pass.attribution(pass.gradient(at: node, by: propagation), by: self, at: node)
  }
}

extension Gradient: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        Gradient(), "How the score changes with each element of the input.",
        cites: ["simonyan2014deep", "baehrens2010explain"])
    ]
  }
}
