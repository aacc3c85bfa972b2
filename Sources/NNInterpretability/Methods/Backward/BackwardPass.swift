/// A recorded forward pass with its target fixed: what every backward method begins with.
struct BackwardPass {
  let trace: Trace
  let target: ResolvedTarget
  /// The target's value for each sample, `[N]`.
  let score: Tensor

  /// Runs `graph` on `input`; signals will be read at the `readable` nodes, the input unless given.
  init(
    _ model: Model, graph: Graph? = nil, input: Tensor, target: Target, readable: [NodeID]? = nil
  ) throws {
    let graph = graph ?? model.graph
    var sources = readable
    if case .neuron(let id, _) = target { sources?.append(id) }
    trace = try graph.trace(model.checked(input), readable: sources)
    guard try trace.output.isFinite() else {
      throw InterpretabilityError(
        .notFinite, "the network's value is NaN or infinite from here on",
        node: try trace.firstNonFiniteNode())
    }
    self.target = try target.resolved(trace)
    score = try self.target.score(trace[self.target.node])
  }

  /// A seed of 1 at the target, for derivatives.
  var unitSeed: [NodeID: Signal] { [target.node: Signal(target.weights)] }

  /// The target's own value as seed, for relevance.
  var scoreSeed: [NodeID: Signal] {
    get throws { [target.node: Signal(try target.weights * trace[target.node])] }
  }

  /// The derivative of the target by the input, or by another node.
  func gradient(at node: NodeID? = nil, rules: RuleMap = [.any: .gradient]) throws -> Tensor {
    let place = node ?? trace.graph.input
    return try trace.propagate(unitSeed, using: rules, reading: [place])[place]
  }

  /// A result whose map is compared with the score and nothing else.
  func attribution(_ map: Tensor, by method: any AttributionMethod) throws -> Attribution {
    try Attribution(
      map: map, ledger: Ledger(score: score, map: map), target: target, method: method)
  }
}
