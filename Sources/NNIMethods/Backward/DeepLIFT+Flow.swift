extension DeepLIFT: RelevanceFlowMethod {
  /// Follows the difference from the reference's score: what flows along an edge is the sum of
  /// multipliers times differences.
  public func flow(_ recording: Recording, target: Target) throws -> RelevanceFlow {
    let pass = try BackwardPass(recording, target: target)
    let (graph, input) = (pass.graph, recording.input)
    let rules = try rules(for: graph, of: recording.model, input: input)
    let split = splitNodes(rules, graph)
    let flows = try baseline.references(for: input).map { start in
      let other = try graph.trace(Self.shared(start, in: graph), readable: [])
      let comparison = try ReferenceTrace(pass.trace, against: other, splitting: split)
      let sums = EdgeSums { signal, index in
        try contributions(signal, at: graph.nodes[index].id, comparison)
      }
      let result = try pass.trace.propagate(
        pass.unitSeed, using: rules, against: comparison, measuring: sums)
      let start = try comparison.value(graph.index(of: pass.target.node))
      let score = try pass.score - pass.target.score(start)
      return try RelevanceFlow(
        pass, sums: sums.values, absorbed: result.absorbed, score: score, method: name)
    }
    return RelevanceFlow(meanOf: flows)
  }
}
