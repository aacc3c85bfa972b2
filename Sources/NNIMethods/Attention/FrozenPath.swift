/// Nodes one after the other, made linear: without biases, and with norms' divisors as in a recorded pass.
struct FrozenPath {
  private let trace: Trace
  private let nodes: [Graph.Node]

  init(_ trace: Trace, _ nodes: [Graph.Node]) {
    self.trace = trace
    self.nodes = nodes
  }

  /// What the path makes of a value.
  ///
  /// - Parameters:
  ///   - value: `copies · N` samples.
  ///   - copies: How often each sample is there, all of them one after the other.
  /// - Returns: The value at the path's end.
  /// - Throws: ``InterpretabilityError`` at a node that mixes tokens or is not linear.
  func callAsFunction(_ value: Tensor, copies: Int) throws -> Tensor {
    try nodes.reduce(value) { value, node in
      try Frozen.apply(node, trace, to: value) { divisor in
        copies == 1
          ? divisor : try .concatenated([Tensor](repeating: divisor, count: copies), axis: 0)
      }
    }
  }
}

/// One node made linear.
enum Frozen {
  /// What a node makes of a value if its biases are gone and its divisor is that of a recorded pass.
  ///
  /// - Parameters:
  ///   - node: A node with one input on the path.
  ///   - trace: The recorded pass.
  ///   - value: What stands in place of its input.
  ///   - fitted: Gives a divisor `[N, …, 1]` the shape that broadcasts over `value`.
  /// - Returns: The node's value.
  /// - Throws: ``InterpretabilityError`` at a node that mixes tokens or is not linear.
  static func apply(
    _ node: Graph.Node, _ trace: Trace, to value: Tensor, fitted: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    switch node.layer {
    case let layer as any StandardizingLayer:
      let x = try trace[node.inputs[0]]
      let (shape, axes) = try layer.statistics(over: x.shape)
      guard shape == x.shape, axes == [x.rank - 1], layer.isAveraging else { throw refusal(node) }
      return try layer.weighted(layer.centred(value, over: [value.rank - 1]))
        / fitted(layer.divisor(of: x, over: axes))
    case let layer as any LinearLayer where [.dense, .affine].contains(layer.kind):
      var unbiased = layer
      unbiased.bias = nil
      return try unbiased.forward([value])
    case let layer where [.structural, .noise].contains(layer.kind) && !(layer is SurroundLayer):
      return try layer.forward([value])
    default: throw refusal(node)
    }
  }

  private static func refusal(_ node: Graph.Node) -> InterpretabilityError {
    InterpretabilityError(
      .unsupported,
      "token-contributions takes dense layers, scales, moves and norms over each token between tokens and "
        + "values, and after them; here is a \(node.layer.name) layer", node: node.id)
  }
}

extension Graph {
  /// The nodes after one up to another, which all lie on one path; sums with what is constant are passed.
  ///
  /// - Throws: ``InterpretabilityError`` where there are several paths, or none.
  func path(from start: NodeID, to end: NodeID) throws -> [Node] {
    let first = try index(of: start)
    let isDownstream = isDescendant(of: [first])
    var place = try index(of: end)
    var found: [Node] = []
    while place != first {
      let node = nodes[place]
      let sources = node.inputIndices.filter { $0 == first || isDownstream[$0] }
      guard sources.count == 1 else {
        throw InterpretabilityError(
          .unsupported,
          "token-contributions: \(sources.isEmpty ? "no path leads" : "several paths lead") "
            + "from \(start) to \(end)", node: node.id)
      }
      found.append(node)
      place = sources[0]
    }
    return found.reversed()
  }

  /// The sum that adds an attention's values to the stream, and which of its summands comes from them.
  func sum(after block: AttentionBlock, of stream: NodeID) throws -> (id: NodeID, branch: NodeID) {
    let start = try index(of: block.output)
    let (isDownstream, source) = try (isDescendant(of: [start]), index(of: stream))
    for node in nodes[(start + 1)...] where node.layer is SumLayer {
      guard node.inputIndices.contains(source),
        let branch = node.inputIndices.first(where: { $0 == start || isDownstream[$0] })
      else { continue }
      return (node.id, nodes[branch].id)
    }
    throw InterpretabilityError(
      .unsupported, "token-contributions: the attention's values are added to no stream",
      node: block.output)
  }

  /// The norm that alone reads a sum, with the scale and shift that alone read it; none where others do.
  func norm(after id: NodeID) throws -> [Node] {
    func onlyUser(_ place: Int) -> Int? {
      let users = nodes.indices.filter { nodes[$0].inputIndices.contains(place) }
      return users.count == 1 ? users[0] : nil
    }
    guard let norm = onlyUser(try index(of: id)), nodes[norm].layer is any StandardizingLayer else {
      return []
    }
    var found = [nodes[norm]]
    var place = norm
    while let next = onlyUser(place), nodes[next].layer.kind == .affine {
      found.append(nodes[next])
      place = next
    }
    return found
  }
}
