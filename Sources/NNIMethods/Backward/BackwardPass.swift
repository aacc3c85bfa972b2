/// A recording with its target fixed: what every backward method begins with.
struct BackwardPass {
  let recording: Recording
  let target: ResolvedTarget
  /// The target's value for each sample, `[N]`.
  let score: Tensor

  init(_ recording: Recording, target: Target) throws {
    self.recording = recording
    self.target = try target.resolved(recording.trace, recording.model.outputMeaning)
    score = try self.target.score(recording.trace[self.target.node])
  }

  var trace: Trace { recording.trace }
  var graph: Graph { recording.graph }

  /// A seed of 1 at the target, for derivatives.
  var unitSeed: [NodeID: Signal] { [target.node: Signal(target.weights)] }

  /// The derivative of the target by a node.
  func gradient(
    at node: NodeID, by propagation: GradientPropagation = .gradient
  ) throws -> Tensor {
    try gradient(at: node, rules: propagation.rules(for: graph))
  }

  /// The signal at a node that a 1 at the target becomes by some rules.
  func gradient(at node: NodeID, rules: RuleMap) throws -> Tensor {
    try trace.propagate(unitSeed, using: rules, reading: [node])[node]
  }

  /// A result whose map is compared with the score and nothing else.
  func attribution(
    _ map: Tensor, by method: any AttributionMethod, at node: NodeID
  ) throws -> Attribution {
    try Attribution(
      map: map, ledger: Ledger(score: score, map: map), target: target, method: method,
      layer: layer(node))
  }

  /// The node that a map belongs to; none for the input.
  func layer(_ node: NodeID) -> NodeID? { node == graph.input ? nil : node }
}
