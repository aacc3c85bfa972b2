/// What a traversal brought: the signal at each node that was asked for, and what nodes kept.
public struct Propagation: Sendable {
  /// The signals that were asked for.
  public let signals: [NodeID: Signal]
  /// What each node kept, by cause, `[N]`; nodes that kept nothing are left out.
  public let absorbed: [NodeID: [Ledger.Cause: Tensor]]

  /// The signal at a node that was asked for.
  public func signal(at id: NodeID) throws -> Signal {
    if let signal = signals[id] { return signal }
    throw InterpretabilityError(.invalidGraph, "its signal was not asked for", node: id)
  }

  /// The one tensor of a signal that is not split, whatever its ``Signal/form``.
  public subscript(id: NodeID) -> Tensor {
    get throws { try signal(at: id).value }
  }

  /// What all nodes kept together, by cause, `[N]`.
  public var totals: [Ledger.Cause: Tensor] { get throws { try absorbed.totals } }
}

extension [NodeID: [Ledger.Cause: Tensor]] {
  /// What all nodes kept together, by cause.
  package var totals: [Ledger.Cause: Tensor] {
    get throws {
      var totals: [Ledger.Cause: Tensor] = [:]
      for part in values {
        for (cause, amount) in part {
          totals[cause] = try totals[cause].map { try $0 + amount } ?? amount
        }
      }
      return totals
    }
  }
}

extension Trace {
  /// Carries signals from the seeds back to the nodes that are asked for: the one traversal that
  /// gradients, guided backpropagation, DeConvNet, LRP, deep Taylor and DeepLIFT share.
  ///
  /// Where paths meet, signals add. Each node is visited once, after all its users; nodes from which
  /// nothing that is asked for can be reached are left out.
  ///
  /// - Parameters:
  ///   - seeds: Where signals begin, of the shapes of those nodes' values.
  ///   - rules: The rule of each node.
  ///   - readable: The nodes at which the signal is wanted; by default the input.
  ///   - reference: What the value is compared with, for rules that do.
  /// - Returns: The signals that were asked for, and what nodes kept.
  /// - Throws: ``InterpretabilityError`` when a node has no rule.
  public consuming func propagate(
    _ seeds: [NodeID: Signal], using rules: RuleMap, reading readable: [NodeID]? = nil,
    against reference: ReferenceTrace? = nil
  ) throws -> Propagation {
    try propagate(seeds, using: rules, reading: readable, against: reference, measuring: nil)
  }

  /// The same traversal, which also takes the sum along each edge.
  package consuming func propagate(
    _ seeds: [NodeID: Signal], using rules: RuleMap, reading readable: [NodeID]? = nil,
    against reference: ReferenceTrace? = nil, measuring sums: EdgeSums?
  ) throws -> Propagation {
    let readIndices = try (readable ?? [graph.input]).map(graph.index(of:))
    let leadsSomewhere = graph.leadsBack(to: readIndices)
    let isRead = Set(readIndices)
    let resolved = rules.resolved(for: graph)
    var pending = [Signal?](repeating: nil, count: graph.nodes.count)
    for (id, seed) in seeds { pending[try graph.index(of: id)] = seed }
    var signals: [NodeID: Signal] = [:]
    var absorbed: [NodeID: [Ledger.Cause: Tensor]] = [:]

    for index in graph.nodes.indices.reversed() {
      guard let signal = pending[index] else { continue }
      pending[index] = nil
      let node = graph.nodes[index]
      if isRead.contains(index) { signals[node.id] = signal }
      let wanted = node.inputIndices.map { leadsSomewhere[$0] }
      guard wanted.contains(true) else { continue }
      guard let rule = resolved[index]?.rule else { throw missingRule(node) }
      try Task.checkCancellation()
      let result = try rule.propagate(signal, through: step(index, wanted: wanted, reference))
      if !result.absorbed.isEmpty { absorbed[node.id] = result.absorbed }
      for (position, source) in node.inputIndices.enumerated() where wanted[position] {
        let arriving = result.signals[position]
        try sums?.add(arriving, from: index, to: source)
        pending[source] =
          try pending[source].map { try .sum($0, arriving, at: steps[source]?.value) } ?? arriving
      }
      // What the traversal has passed is freed, unless somebody else holds the trace.
      steps[index] = nil
    }
    for id in readable ?? [graph.input] where signals[id] == nil {
      // Nothing of the seeds depends on the node.
      signals[id] = Signal(try self[id].zerosLike())
    }
    return Propagation(signals: signals, absorbed: absorbed)
  }

  private func step(
    _ index: Int, wanted: [Bool], _ reference: ReferenceTrace?
  ) throws -> Step {
    let node = graph.nodes[index]
    guard let record = steps[index], let derivative = record.derivative else {
      throw InterpretabilityError(
        .invalidGraph, "the forward pass did not record it; trace with this node readable",
        node: node.id)
    }
    return Step(
      node: node, inputs: node.inputIndices.compactMap { steps[$0]?.value }, output: record.value,
      wanted: wanted, derivative: derivative, reference: reference, index: index)
  }

  private func missingRule(_ node: Graph.Node) -> InterpretabilityError {
    InterpretabilityError(
      .missingRule,
      "the rule map has no rule for a \(node.layer.name) layer "
        + "(kind \(node.layer.kind.rawValue)); add one for that kind", node: node.id)
  }
}
