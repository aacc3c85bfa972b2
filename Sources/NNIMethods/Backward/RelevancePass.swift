/// One pass of relevance from a target down to a node, with what the network's constants keep under their names.
struct RelevancePass {
  /// The relevance of the node's elements.
  let map: Tensor
  /// What each node kept, by cause, `[N]`.
  let absorbed: [NodeID: [Ledger.Cause: Tensor]]
  /// The relevance of tables of positions: for each patch, `[N, 1, h, w]`, or for each token, `[N, T]`; `nil` without
  /// such a table.
  let positions: Tensor?
  private let pass: BackwardPass
  private let node: NodeID

  /// Starts with a multiplier of 1 at the target.
  ///
  /// - Throws: ``InterpretabilityError`` when a node has no rule.
  init(
    _ pass: BackwardPass, using rules: RuleMap, at node: NodeID, measuring sums: EdgeSums? = nil
  ) throws {
    self.pass = pass
    self.node = node
    let sinks = try RelevanceSinks(pass)
    var rules = rules
    rules.entries = sinks.entries + rules.entries
    let trace = pass.trace
    let result = try trace.propagate(
      pass.unitSeed, using: rules, reading: [node] + sinks.nodesRead.filter { $0 != node },
      measuring: sums)
    map = try result.signal(at: node).relevance(of: trace[node])
    (absorbed, positions) = try sinks.named(result)
  }

  /// What a method of such passes reads: what its rules do, and the values in which constants stand beside tokens.
  static func scope(rules: RuleMap, in graph: Graph) -> RecordingScope {
    let surrounded = graph.nodes.filter { $0.layer is SurroundLayer }.map(\.id)
    return RecordingScope(rules: rules, values: Set(surrounded))
  }

  /// The result of a method that hands relevance down.
  func attribution(by method: any AttributionMethod) throws -> Attribution {
    var attribution = try Attribution(
      map: map, ledger: Ledger(score: pass.score, map: map, absorbed: absorbed.totals),
      target: pass.target, method: method, layer: pass.layer(node),
      details: positions.map { ["positions": $0] } ?? [:], absorbed: absorbed)
    for (sample, message) in try excesses(attribution.ledger) {
      attribution.arithmeticWarnings[sample] = message
    }
    return attribution
  }

  /// How many times the largest output of a sample a map's sum may be before it says nothing about that output.
  private static let plausibleFactor = 10.0

  /// A sentence for each sample whose map sums to many times what any output is.
  private func excesses(_ ledger: Ledger) throws -> [Int: String] {
    let values = try pass.trace[pass.target.node]
    let samples = values.shape[0]
    let outputs = try values.magnitude().converted(to: .float64).reshaped([samples, -1])
      .maximum(over: [1]).doubles()
    var found: [Int: String] = [:]
    for sample in ledger.sum.indices where outputs.indices.contains(sample) {
      let sum = ledger.sum[sample]
      let scale = max(outputs[sample], abs(ledger.score[sample]))
      guard abs(sum) > Self.plausibleFactor * scale else { continue }
      found[sample] =
        "the map sums to \(Float(sum)), and the score is \(Float(ledger.score[sample])): constants of the network "
        + "outweigh it, or relevance has grown on its way down; the map says little about this score"
    }
    return found
  }
}
