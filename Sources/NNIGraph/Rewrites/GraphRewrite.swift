/// A change of a graph that leaves what it computes as it is.
public protocol GraphRewrite: Sendable {
  /// The rewritten graph.
  func apply(to graph: Graph) throws -> Graph
}
