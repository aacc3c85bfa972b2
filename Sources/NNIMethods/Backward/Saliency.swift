/// The magnitude of the gradient, `|∂f_c/∂x|`, in the input's shape.
///
/// Pictures show the largest magnitude over the channels of a pixel, as in the paper.
///
/// - Reference: Simonyan et al. 2014, *Deep Inside Convolutional Networks*, section 3.1
///   (`simonyan2014deep`).
public struct Saliency: ConfigurableMethod, RuleBasedMethod, DifferentiatingMethod {
  /// How it differentiates.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(propagation: GradientPropagation = .gradient) { self.propagation = propagation }

  public var name: String { "saliency" }

  public var nodesRead: Set<NodeID>? { [] }

  public var options: [MethodOption<Self>] { [.propagation] }

  public var promise: MapPromise { .sensitivity }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    return try pass.attribution(
      pass.gradient(at: node, by: propagation).magnitude(), by: self, at: node)
  }
}

extension Saliency: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        Saliency(), "How strongly the score reacts to each element of the input.",
        cites: ["simonyan2014deep"])
    ]
  }
}
