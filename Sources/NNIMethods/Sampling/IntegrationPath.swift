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

  /// Where the network begins to bend, and the way there, which is straight, too; `nil` where it bends at once.
  private let bend: (node: NodeID, start: Tensor, way: Tensor)?

  /// How many times the input's numbers a bend may have.
  private static let largestGrowth = 8

  /// A way along which the nodes in `reading` are wanted besides the target.
  init(
    _ model: Model, from baseline: Baseline, to input: Tensor, target: Target,
    reading nodes: Set<NodeID> = [], propagation: GradientPropagation = .gradient
  ) throws {
    self.propagation = propagation
    let model = try model.fitted(to: input)
    let input = try model.checked(input)
    let end = target.nodes.first ?? model.graph.output
    let wanted = nodes.union(target.nodes)
    let graph = try model.prepared(
      .fused(keeping: wanted.union(try model.graph.affineEnd(before: end).map { [$0] } ?? [])))
    // What is wanted before the bend has a way of its own.
    let bend = try graph.affineEnd(before: end).flatMap { node in
      let after = graph.isDescendant(of: [try graph.index(of: node)])
      return try wanted.allSatisfy { after[try graph.index(of: $0)] } ? node : nil
    }
    let kept = target.nodes.union(bend.map { [$0] } ?? [])
    start = try baseline.resolved(for: input)
    way = try input - start
    let clean = try graph.trace(input, readable: [], freeingFor: [:], keeping: kept)
    self.target = try target.resolved(clean, model.outputMeaning)
    score = try self.target.score(clean[self.target.node])
    let other = try graph.trace(start, readable: [], freeingFor: [:], keeping: kept)
    reference = try self.target.score(other[self.target.node])
    self.bend = try bend.flatMap { node in
      // Reading many more values takes longer than the layers that make them.
      guard try clean[node].count <= Self.largestGrowth * input.count else { return nil }
      return (node, try other[node], try clean[node] - other[node])
    }
    // Where the way does not begin at the bend, it need not stay a node.
    self.graph = try self.bend == nil ? model.prepared(.fused(keeping: wanted)) : graph
    bytesPerSample = try clean.bytesPerSample(in: self.graph)
    budget = model.memoryBudget
  }

  /// A point of one sample's way.
  struct Point {
    let sample: Int
    /// 0 at the baseline, 1 at the input.
    let position: Double
  }

  /// The derivative of the target by a node, by default that where the network bends, at each point: `[points, …]`.
  ///
  /// Points go through the network a few at a time; `body` gets each group's derivatives in order.
  func gradients(
    _ points: [Point], at node: NodeID? = nil, _ body: (Tensor) throws -> Void
  ) throws {
    let batches = try GradientBatches(
      graph, bytesPerSample: bytesPerSample, budget: budget, of: target.node, by: node,
      from: bend?.node, propagation: propagation)
    try Computation.forEach(groups(points, atMost: batches.inputsAtOnce)) { group in
      try body(batches.gradients(batch(group), weights(group)))
    }
  }

  /// `Σ weight · ∂f_c/∂x` over nodes of one sample's way, `[1, …]`.
  ///
  /// Up to where the network bends the derivative is the same everywhere, so that the sum goes through it once.
  func weightedGradient(
    sample: Int, _ nodes: [(position: Double, weight: Double)]
  ) throws -> Tensor {
    var rest = nodes[...]
    var total: Tensor?
    try gradients(nodes.map { Point(sample: sample, position: $0.position) }) { gradients in
      let group = rest.prefix(gradients.shape[0])
      rest = rest.dropFirst(group.count)
      let factors = try Tensor(
        group.map(\.weight), shape: [group.count], dtype: gradients.dtype
      ).moved(to: gradients.device).aligned(toAxis: 0, rank: gradients.rank)
      let sum = try (gradients * factors).sum(over: [0], keepingAxes: true)
      total = try total.map { try $0 + sum } ?? sum
    }
    let own = try start.narrowed(axis: 0, to: sample..<(sample + 1))
    guard let total else { return try own.zerosLike() }
    guard let bend else { return total }
    let rules = try propagation.rules(for: graph)
    return try graph.trace(own, to: bend.node, freeingFor: rules)
      .propagate([bend.node: Signal(total)], using: rules)[graph.input]
  }

  /// A node's value at each point, by forward passes alone; `body` gets each group's in order.
  func values(
    _ points: [Point], of node: NodeID, _ body: (ArraySlice<Point>, Tensor) throws -> Void
  ) throws {
    try Computation.forEach(groups(points, atMost: MemoryBudget.inputsAtOnce(bytesPerSample))) {
      try body($0, graph.forward(batch($0), from: bend?.node, to: node))
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

  /// `x₀ + t (x − x₀)` for each point, or what is made of it where the network bends.
  private func batch(_ points: ArraySlice<Point>) throws -> Tensor {
    let (start, way) = bend.map { ($0.start, $0.way) } ?? (start, way)
    let rows = try points.map { point in
      let range = point.sample..<(point.sample + 1)
      return try start.narrowed(axis: 0, to: range)
        + way.narrowed(axis: 0, to: range) * point.position
    }
    return try .concatenated(rows, axis: 0)
  }
}

extension Graph {
  /// The last node up to which a network is affine in its input, behind weighted layers, and which all that `end`
  /// depends on comes after; `nil` where there is none.
  fileprivate func affineEnd(before end: NodeID) throws -> NodeID? {
    let last = try index(of: end)
    let onWay = isDescendant(of: [0])
    let affine: Set<LayerKind> = [
      .convolution, .dense, .affine, .averagePooling, .sum, .concatenation, .structural,
    ]
    var isAffine = [Bool](repeating: false, count: nodes.count)
    var hasWeights = isAffine
    isAffine[0] = true
    for index in nodes.indices.dropFirst() where onWay[index] {
      let sources = nodes[index].inputIndices.filter { onWay[$0] }
      isAffine[index] =
        affine.contains(nodes[index].layer.kind) && sources.allSatisfy { isAffine[$0] }
      hasWeights[index] =
        nodes[index].layer.kind.isWeighted || sources.contains { hasWeights[$0] }
    }
    return passages(to: last).last { isAffine[$0] && hasWeights[$0] }.map { nodes[$0].id }
  }
}
