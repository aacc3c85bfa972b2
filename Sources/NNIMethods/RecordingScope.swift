/// What a method reads of a recording that is made for it alone, so that the rest is freed as the network runs.
///
/// The input, the target and what does not depend on a real input always stay.
public struct RecordingScope: Sendable {
  /// The rules that its signals travel by.
  public var rules: RuleMap
  /// The nodes whose values it reads itself.
  public var values: Set<NodeID>
  /// The nodes down to which its signals travel; `nil` for the input.
  public var sources: [NodeID]?

  /// Says what a method reads.
  public init(rules: RuleMap, values: Set<NodeID> = [], sources: [NodeID]? = nil) {
    self.rules = rules
    self.values = values
    self.sources = sources
  }

  /// A pass that keeps what is read.
  func trace(_ graph: Graph, _ input: Tensor, keeping others: Set<NodeID>) throws -> Trace {
    // Masks, positions and types tell what constants' relevance is called.
    let isExplained = graph.leadsBack(to: [try graph.index(of: graph.input)])
    let constants = zip(graph.nodes, isExplained).filter { !$1 }.map(\.0.id)
    return try graph.trace(
      input, readable: sources, freeingFor: rules,
      keeping: values.union(others).union(constants))
  }
}

extension RuleBasedMethod where Self: DifferentiatingMethod {
  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    RecordingScope(rules: try rules(for: graph, of: model, input: input))
  }
}
