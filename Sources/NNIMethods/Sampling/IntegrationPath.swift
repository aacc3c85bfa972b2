/// The straight way from a baseline to the input, with the target's value and derivative along it.
struct IntegrationPath {
  private let graph: Graph
  /// How much the values of one input take.
  private let bytesPerSample: Int
  private let budget: MemoryBudget
  /// How nodes hand gradients back.
  private let propagation: GradientPropagation
  /// x₀, of the input's shape.
  let start: Tensor
  /// x − x₀.
  let way: Tensor
  /// Fixed from the input.
  let target: ResolvedTarget
  /// f_c(x), `[N]`.
  let score: Tensor
  /// f_c(x₀), `[N]`.
  let reference: Tensor

  /// A way along which the nodes in `reading` are wanted besides the target.
  init(
    _ model: Model, from baseline: Baseline, to input: Tensor, target: Target,
    reading nodes: Set<NodeID> = [], propagation: GradientPropagation = .gradient
  ) throws {
    self.propagation = propagation
    let model = try model.fitted(to: input)
    let input = try model.checked(input)
    graph = try model.prepared(.fused(keeping: nodes.union(target.nodes)))
    start = try baseline.resolved(for: input)
    way = try input - start
    let clean = try graph.trace(input, readable: [], freeingFor: [:], keeping: target.nodes)
    self.target = try target.resolved(clean, model.outputMeaning)
    score = try self.target.score(clean[self.target.node])
    let other = try graph.trace(start, readable: [], freeingFor: [:], keeping: target.nodes)
    reference = try self.target.score(other[self.target.node])
    bytesPerSample = try clean.bytesPerSample()
    budget = model.memoryBudget
  }

  /// A point of one sample's way.
  struct Point {
    let sample: Int
    /// 0 at the baseline, 1 at the input.
    let position: Double
  }

  /// The derivative of the target by the input, or by another node, at each point: `[points, …]`.
  ///
  /// Points go through the network a few at a time; `body` gets each group's derivatives in order.
  func gradients(
    _ points: [Point], at node: NodeID? = nil, _ body: (Tensor) throws -> Void
  ) throws {
    let batches = try GradientBatches(
      graph, bytesPerSample: bytesPerSample, budget: budget, of: target.node, by: node,
      propagation: propagation)
    try Computation.forEach(groups(points, atMost: batches.inputsAtOnce)) { group in
      try body(batches.gradients(batch(group), weights(group)))
    }
  }

  /// `Σ weight · ∂f_c/∂x` over nodes of one sample's way, `[1, …]`.
  func weightedGradient(
    sample: Int, _ nodes: [(position: Double, weight: Double)]
  ) throws -> Tensor {
    var rest = nodes[...]
    var total = try way.narrowed(axis: 0, to: 0..<1).zerosLike()
    try gradients(nodes.map { Point(sample: sample, position: $0.position) }) { gradients in
      let group = rest.prefix(gradients.shape[0])
      rest = rest.dropFirst(group.count)
      let factors = try Tensor(
        group.map(\.weight), shape: [group.count], dtype: gradients.dtype
      ).moved(to: gradients.device).aligned(toAxis: 0, rank: gradients.rank)
      total = try total + (gradients * factors).sum(over: [0], keepingAxes: true)
    }
    return total
  }

  /// A node's value at each point, by forward passes alone; `body` gets each group's in order.
  func values(
    _ points: [Point], of node: NodeID, _ body: (ArraySlice<Point>, Tensor) throws -> Void
  ) throws {
    try Computation.forEach(groups(points, atMost: MemoryBudget.inputsAtOnce(bytesPerSample))) {
      try body($0, graph.forward(batch($0), to: node))
    }
  }

  /// The target's value at each point.
  func scores(_ points: [Point]) throws -> [Double] {
    var scores: [Double] = []
    try values(points, of: target.node) { group, values in
      scores += try (values * weights(group)).sumPerSample().doubles()
    }
    return scores
  }

  private func groups(_ points: [Point], atMost inputsAtOnce: Int) -> [ArraySlice<Point>] {
    // Groups of almost the same size take the same memory.
    let count = (points.count + inputsAtOnce - 1) / inputsAtOnce
    return (0..<count).map { points[$0 * points.count / count..<($0 + 1) * points.count / count] }
  }

  /// The target's factors for each point's sample.
  private func weights(_ points: ArraySlice<Point>) throws -> Tensor {
    try target.selected(points.map(\.sample)).weights
  }

  /// `x₀ + t (x − x₀)` for each point.
  private func batch(_ points: ArraySlice<Point>) throws -> Tensor {
    let rows = try points.map { point in
      let range = point.sample..<(point.sample + 1)
      return try start.narrowed(axis: 0, to: range)
        + way.narrowed(axis: 0, to: range) * point.position
    }
    return try .concatenated(rows, axis: 0)
  }
}
