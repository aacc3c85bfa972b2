/// Changes a graph's structure and keeps, or on purpose changes, the function that it computes.
public protocol GraphRewrite: Sendable {
  func apply(to graph: Graph) throws -> Graph
}
