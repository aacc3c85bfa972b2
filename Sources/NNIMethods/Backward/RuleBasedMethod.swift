/// A method that is one traversal with a rule for each node.
public protocol RuleBasedMethod: LayerReadableMethod {
  /// The rule of each node of a prepared graph.
  ///
  /// - Throws: ``InterpretabilityError`` when an option does not fit, or the rules depend on the input
  ///   and none is given.
  func rules(for graph: Graph, of model: Model, input: Tensor?) throws -> RuleMap
}

extension RuleBasedMethod {
  public func rules(
    for graph: Graph, of model: Model, input: Tensor?
  ) throws -> RuleMap { [.any: .gradient] }

  /// The entry of the rule map that decides at each node of a model's graph; nodes without one are left
  /// out.
  public func ruleEntries(for model: Model, input: Tensor?) throws -> [NodeID: RuleMap.Entry] {
    let model = try input.map { try model.fitted(to: $0) } ?? model
    let graph = try preparation.apply(to: model.graph)
    let resolved = try rules(for: graph, of: model, input: input).resolved(for: graph)
    var entries: [NodeID: RuleMap.Entry] = [:]
    for (node, entry) in zip(graph.nodes, resolved) where node.id != graph.input {
      entries[node.id] = entry
    }
    return entries
  }
}
