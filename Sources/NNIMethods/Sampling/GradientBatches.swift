/// Derivatives of a target by an earlier node for many inputs, in batches that suit each layer.
///
/// Feature maps of few inputs stay near the processor; the weights of large dense layers, which a pass reads
/// from memory once, should serve many inputs. Where one node separates the two, inputs go up to it few at a
/// time, from there to the target and back together, and down again few at a time.
struct GradientBatches {
  /// How many inputs go together through the dense layers.
  let inputsAtOnce: Int
  private let graph: Graph
  private let target: NodeID
  private let place: NodeID
  /// The node whose values the inputs are.
  private let start: NodeID
  /// How each node hands gradients back.
  private let rules: RuleMap
  /// The node before the dense layers; `nil` where all layers see the same batches.
  private let bottleneck: NodeID?
  /// How many inputs go together up to the bottleneck.
  private let inputsBelow: Int
  /// How many bytes the values of one input take, and a record may.
  private let (bytesEach, bytesOfRecord): (Int, Int)

  /// Batches for a graph.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - bytes: How much the values of one input take.
  ///   - budget: How much memory may be held.
  ///   - target: The node whose derivative is taken.
  ///   - place: The node by which it is taken. Default: `start`.
  ///   - start: The node whose values the inputs are; what comes after it reads nothing before it. Default: the input.
  ///   - propagation: How nodes hand gradients back.
  /// - Throws: ``InterpretabilityError`` when there is no such node.
  init(
    _ graph: Graph, bytesPerSample bytes: Int, budget: MemoryBudget, of target: NodeID,
    by place: NodeID? = nil, from start: NodeID? = nil,
    propagation: GradientPropagation = .gradient
  ) throws {
    rules = try propagation.rules(for: graph)
    self.graph = graph
    self.target = target
    self.start = start ?? graph.input
    self.place = place ?? self.start
    bytesEach = bytes
    bytesOfRecord = budget.bytesOfRecord
    let usual = MemoryBudget.inputsAtOnce(bytes)
    let bottleneck = try graph.bottleneck(from: self.place, to: target)
    // More would save little time, and all their records are held.
    let together = 4
    if let bottleneck, together > 2 * usual {
      self.bottleneck = bottleneck
      inputsAtOnce = together
      inputsBelow = max(1, usual / 2)
    } else {
      self.bottleneck = nil
      inputsAtOnce = usual
      inputsBelow = usual
    }
  }

  /// `∂(weights · target)/∂place` for each input, of the shape of the place's value.
  func gradients(_ input: Tensor, _ weights: Tensor) throws -> Tensor {
    guard let bottleneck else { return try derivative(input, of: target, weights) }
    let count = input.shape[0]
    let ranges = stride(from: 0, to: count, by: inputsBelow).map {
      $0..<min($0 + inputsBelow, count)
    }
    // Where the records of all do not fit, each is made again in the backward pass.
    let isHeld = count * bytesEach <= bytesOfRecord
    var below: [Trace?] = try ranges.map {
      guard isHeld else { return nil }
      return try graph.trace(
        input.narrowed(axis: 0, to: $0), from: start, readable: [place], to: bottleneck,
        freeingFor: rules)
    }
    let values = try zip(ranges, below).map { range, trace in
      try trace?[bottleneck]
        ?? graph.forward(input.narrowed(axis: 0, to: range), from: start, to: bottleneck)
    }
    let above = try graph.trace(
      Tensor.concatenated(values, axis: 0), from: bottleneck, readable: [bottleneck], to: target,
      freeingFor: rules)
    let signal = try pulled(above, [target: Signal(weights)], bottleneck)
    let parts = try ranges.enumerated().map { index, range -> Tensor in
      let own = try signal.narrowed(axis: 0, to: range)
      guard let trace = below[index].take() else {
        return try derivative(input.narrowed(axis: 0, to: range), of: bottleneck, own)
      }
      return try pulled(trace, [bottleneck: Signal(own)], place)
    }
    return try .concatenated(parts, axis: 0)
  }

  /// `∂(weights · end)/∂place`: at once, or piece by piece where the record does not fit.
  ///
  /// The pieces meet at nodes that all else passes through; only the values there are held, and each piece is recorded
  /// when its turn comes. All kernels see the same shapes, so that the bits are the same.
  private func derivative(_ input: Tensor, of end: NodeID, _ weights: Tensor) throws -> Tensor {
    let cuts =
      input.shape[0] * bytesEach > bytesOfRecord ? try graph.cuts(from: place, to: end) : []
    var values = [input]
    var start = start
    for cut in cuts {
      values.append(try graph.forward(values[values.count - 1], from: start, to: cut))
      start = cut
    }
    var (signal, last) = (weights, end)
    for cut in cuts.reversed() {
      let trace = try graph.trace(
        values.removeLast(), from: cut, readable: [cut], to: last, freeingFor: rules)
      signal = try pulled(trace, [last: Signal(signal)], cut)
      last = cut
    }
    let trace = try graph.trace(
      input, from: self.start, readable: [place], to: last, freeingFor: rules)
    return try pulled(trace, [last: Signal(signal)], place)
  }

  private func pulled(
    _ trace: consuming Trace, _ seeds: [NodeID: Signal], _ place: NodeID
  ) throws -> Tensor {
    try trace.propagate(seeds, using: rules, reading: [place])[place]
  }
}

extension Graph {
  /// The nodes before `last` that everything needed for it passes through, in order.
  func passages(to last: Int) -> [Int] {
    let isNeeded = isAncestor(of: last)
    // The earliest node that what comes after a node reads.
    var earliest = [Int](repeating: last, count: nodes.count + 1)
    for index in nodes.indices.reversed() {
      let reads = isNeeded[index] ? nodes[index].inputIndices.min() ?? last : last
      earliest[index] = min(earliest[index + 1], reads)
    }
    return nodes.indices.filter { $0 < last && isNeeded[$0] && earliest[$0 + 1] >= $0 }
  }

  /// About `√n` of the nodes strictly between two that everything needed for the last one passes through.
  fileprivate func cuts(from start: NodeID, to end: NodeID) throws -> [NodeID] {
    let first = try index(of: start)
    let possible = try passages(to: index(of: end)).filter { $0 > first }
    let count = Int(Double(possible.count).squareRoot())
    guard count > 0 else { return [] }
    return (1...count).map { nodes[possible[$0 * possible.count / (count + 1)]].id }
  }

  /// The input of the first dense layer, if every path from one node to another passes it and
  /// large dense layers come after it.
  fileprivate func bottleneck(from start: NodeID, to end: NodeID) throws -> NodeID? {
    let (first, last) = try (index(of: start), index(of: end))
    let isNeeded = isAncestor(of: last)
    let isOnTheWay = isDescendant(of: [first])
    let path = nodes.indices.filter { isNeeded[$0] && isOnTheWay[$0] }
    guard let dense = path.first(where: { nodes[$0].layer is DenseLayer && $0 > first }) else {
      return nil
    }
    let bottleneck = nodes[dense].inputIndices[0]
    let above = path.filter { $0 > bottleneck }
    let weights = above.reduce(0) { $0 + ((nodes[$1].layer as? DenseLayer)?.weight.count ?? 0) }
    guard bottleneck > first, weights > 4_000_000,
      above.allSatisfy({ nodes[$0].inputIndices.allSatisfy { $0 >= bottleneck } })
    else { return nil }
    return nodes[bottleneck].id
  }
}
