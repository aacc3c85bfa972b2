/// A method that only runs the network forwards: a recording of values is enough for it.
public protocol ForwardMethod: RecordedMethod {}

extension ForwardMethod {
  /// All values and no derivative.
  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    RecordingScope(rules: [:], values: Set(graph.nodes.map(\.id)), sources: [])
  }
}
