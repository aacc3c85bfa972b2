/// The part of a network in which replaced tokens leave what comes before them as it was.
///
/// In a causal network, whose attention hides later tokens from earlier ones, the values of tokens before the first
/// replaced one are those of the clean pass. Here this is proven for each node, from its layer and the recorded
/// values of the clean pass: what a mask hides is read from the mask itself. The part ends where the proof does, such as at
/// attention that is not masked or at a mean over all tokens; from these ``handover`` nodes on, whole values are computed.
package struct TokenPart: Sendable {
  /// The share of the multiply-adds that must lie in the part; less is not worth the trouble.
  private static let worthwhileShare = 0.5

  let graph: Graph
  /// The node that is wanted.
  let end: NodeID
  /// How many tokens a sample has.
  package let tokens: Int
  /// For each element of a sample's input the token that it belongs to; -1 for what is never replaced.
  let owners: [Int]
  /// For each node what is known of its value.
  let states: [TokenState]
  /// For each node of the part how it is computed; `nil` for those that read the input itself.
  let steps: [TokenStep?]
  /// The nodes of the part in order.
  let nodes: [Int]
  /// Those of them, and others that read the input itself, whose whole values are needed.
  let handover: [Int]
  /// For products of queries and keys whose mask is finite: how long a key may be so that what the mask hides
  /// keeps a weight of exactly zero.
  let keyLimits: [Int: KeyLimit]

  /// The part of a network of which a clean pass is on record; `nil` where less than half of the work lies in it.
  ///
  /// - Parameters:
  ///   - trace: The pass, with all values.
  ///   - owners: For each element of a sample's input the token that it belongs to; -1 for what is never replaced.
  ///   - tokens: How many tokens a sample has.
  ///   - end: The node that is wanted.
  /// - Throws: ``InterpretabilityError`` when there is no such node, or its value is not on record.
  package init?(_ trace: Trace, owners: [Int], tokens: Int, end: NodeID) throws {
    guard tokens > 1 else { return nil }
    let graph = trace.graph
    let target = try graph.index(of: end)
    let isNeeded = graph.isAncestor(of: target)
    let needed = graph.nodes.indices.filter { isNeeded[$0] }
    var analysis = TokenAnalysis(trace, owners: owners, tokens: tokens)
    for index in needed { try analysis.add(index) }
    let (states, isInput) = (analysis.states, analysis.isInput)
    // Of scores earlier rows change in later columns: where all of them are wanted, they are computed as a whole.
    var isRest = graph.nodes.indices.map { isNeeded[$0] && states[$0].isWhole && !isInput[$0] }
    isRest[target] = isRest[target] || analysis.scores(target) != nil
    for index in needed.reversed() where isRest[index] {
      for source in graph.nodes[index].inputIndices where analysis.scores(source) != nil {
        isRest[source] = true
      }
    }
    let rest = needed.filter { isRest[$0] }
    let wanted = Set(rest.flatMap { graph.nodes[$0].inputIndices } + [target])
    handover = needed.filter {
      wanted.contains($0) && !isRest[$0]
        && (states[$0].rowAxis != nil || isInput[$0] && states[$0].isWhole)
    }
    var isUsed = [Bool](repeating: false, count: graph.nodes.count)
    for index in handover { isUsed[index] = true }
    for index in needed.reversed() where isUsed[index] && states[index].rowAxis != nil {
      for source in graph.nodes[index].inputIndices { isUsed[source] = true }
    }
    let nodes = needed.filter { isUsed[$0] && states[$0].rowAxis != nil }
    let (own, others) = try (trace.multiplyAdds(nodes), trace.multiplyAdds(rest))
    guard own > 0, Double(own) >= Self.worthwhileShare * Double(own + others) else { return nil }
    self.graph = graph
    self.end = end
    self.tokens = tokens
    self.owners = owners
    self.nodes = nodes
    self.states = states
    steps = analysis.steps
    keyLimits = analysis.keyLimits
  }

  /// The first token that differs from the clean pass in some rows of the input.
  ///
  /// - Parameters:
  ///   - values: The rows, `[N·m, …]`: the `m` of a sample stand in a row.
  ///   - clean: The rows of the clean pass, `[N, …]`.
  /// - Returns: ``tokens`` when nothing differs; `nil` when something differs that is no token's.
  /// - Throws: `TorchError` when the shapes do not fit.
  package func firstReplaced(_ values: Tensor, clean: Tensor) throws -> Int? {
    let samples = clean.shape[0]
    let own = try values.reshaped([samples, -1, owners.count])
    let differs = try Tensor.call(
      "aten::ne.Tensor", .tensor(own), .tensor(clean.reshaped([samples, 1, owners.count])))
    let flags = try differs.converted(to: .float64).maximum(over: [0, 1]).doubles()
    var first = tokens
    for (owner, flag) in zip(owners, flags) where flag != 0 {
      guard owner >= 0 else { return nil }
      first = min(first, owner)
    }
    return first
  }
}

/// How long keys may be behind a mask that is finite.
struct KeyLimit: Sendable {
  /// Which input of the product the keys are.
  let operand: Int
  /// The axes along which keys are multiplied with queries.
  let axes: [Int]
  /// The largest norm.
  let norm: Double
}

extension Trace {
  /// The multiply-adds of some nodes for one sample.
  fileprivate func multiplyAdds(_ nodes: [Int]) throws -> Int {
    try nodes.reduce(0) { sum, index in
      let node = graph.nodes[index]
      guard let layer = node.layer as? any MultiplyAddLayer else { return sum }
      return sum + layer.multiplyAdds(for: Array(try shape(of: node.id).dropFirst()))
    }
  }
}
