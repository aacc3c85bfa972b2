/// DeConvNet: the network run backwards, with a ReLU in the backward pass: `g ← max(g, 0)`.
///
/// Max pools route to the recorded winners ("switches"), weights are transposed, biases left out.
///
/// - Reference: Zeiler and Fergus 2014, *Visualizing and Understanding Convolutional Networks*,
///   section 2.1 (`zeiler2014visualizing`).
public struct DeconvNet: ConfigurableMethod, RuleBasedMethod {
  /// Where the reconstruction starts.
  public enum Seed: String, Sendable, CaseIterable {
    /// 1 at the target.
    case target
    /// All logits with their values, as the original package's "full reconstruction".
    case logits
  }

  /// Where the reconstruction starts.
  public var seed: Seed

  /// Creates the method.
  public init(seed: Seed = .target) { self.seed = seed }

  public var name: String { "deconvnet" }

  public var nodesRead: Set<NodeID>? { [] }

  public var actsOnRectifiers: Bool { true }

  public var promise: MapPromise { .sensitivity }

  public var options: [MethodOption<Self>] {
    [
      .choice(
        "seed", \.seed, "where the reconstruction starts: 1 at the target, or all logits")
    ]
  }

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
    let seeds = try seed == .target ? pass.unitSeed : [pass.graph.output: Signal(pass.trace.output)]
    let map = try pass.trace.propagate(seeds, using: Self.rules, reading: [node])[node]
    return try pass.attribution(map, by: self, at: node)
  }

  public func rules(
    for graph: Graph, of model: Model, input: Tensor?
  ) throws -> RuleMap { Self.rules }

  static var rules: RuleMap { [.rectifier: .deconvolution, .any: .gradient] }
}

extension DeconvNet: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        DeconvNet(), "The pattern of the input that excites the target, reconstructed backwards.",
        cites: ["zeiler2014visualizing"])
    ]
  }
}
