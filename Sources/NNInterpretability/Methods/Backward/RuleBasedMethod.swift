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

  /// What rule stands at each node of a model's graph, for people to read.
  public func ruleNames(for model: Model, input: Tensor?) throws -> [NodeID: String] {
    let graph = try preparation.apply(to: model.graph)
    let resolved = try rules(for: graph, of: model, input: input).rules(for: graph)
    var names: [NodeID: String] = [:]
    for (node, rule) in zip(graph.nodes, resolved) where node.id != graph.input {
      names[node.id] = rule?.summary ?? "none"
    }
    return names
  }
}
