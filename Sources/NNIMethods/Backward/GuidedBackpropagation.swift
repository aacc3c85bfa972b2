/// The gradient with negative signals cut at every rectifier: `g ← 1[z > 0] · max(g, 0)`.
///
/// Sharp pictures of what excites the network, but nearly blind to the class and to the weights of the
/// upper layers (Adebayo et al. 2018, `adebayo2018sanity`): do not take it for evidence.
///
/// - Reference: Springenberg et al. 2015, *Striving for Simplicity*, section 3.4
///   (`springenberg2015striving`).
public struct GuidedBackpropagation: ConfigurableMethod, RuleBasedMethod {
  /// Creates the method.
  public init() {}

  public var name: String { "guided-backprop" }

  public var nodesRead: Set<NodeID>? { [] }

  public var actsOnRectifiers: Bool { true }

  public var promise: MapPromise { .sensitivity }

  public var options: [MethodOption<Self>] { [] }

  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    RecordingScope(rules: try rules(for: graph, of: model, input: input))
  }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    try recording.graph.requireRectifier(for: name)
    let pass = try BackwardPass(recording, target: target)
    return try pass.attribution(
      pass.gradient(at: node, rules: Self.rules), by: self, at: node)
  }

  public func rules(
    for graph: Graph, of model: Model, input: Tensor?
  ) throws -> RuleMap { Self.rules }

  static var rules: RuleMap { [.rectifier: .guided, .any: .gradient] }
}

extension GuidedBackpropagation: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        GuidedBackpropagation(), "What excites the network, with negative signals cut at ReLUs.",
        cites: ["springenberg2015striving"])
    ]
  }
}

extension Graph {
  /// Refuses a network in which a method that acts on rectifiers would silently be the gradient.
  func requireRectifier(for method: String) throws {
    let outline = Outline(self)
    guard nodes.indices.contains(where: { NodeSelector.rectifier.matches($0, in: outline) }) else {
      throw InterpretabilityError(
        .unsupported,
        "\(method) acts on ReLUs and ReLU6s, and this network has none; use gradient instead")
    }
  }
}
