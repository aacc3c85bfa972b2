import NNInterpretability

/// A method of one's own with an option, from one traversal of the recorded pass: the gradient times a factor.
public struct ScaledGradient: ConfigurableMethod, LayerReadableMethod {
  /// The factor.
  public var factor: Double

  public init(factor: Double = 2) { self.factor = factor }

  public var name: String { "scaled-gradient" }

  public var options: [MethodOption<Self>] {
    [.number("factor", \.factor, "what the gradient is multiplied by", in: 0...100)]
  }

  public func attribute(
    _ recording: Recording, target: Target, at node: NodeID
  ) throws -> Attribution {
    let resolved = try target.resolved(recording.trace)
    let score = try resolved.score(recording.trace[resolved.node])
    let back = try recording.trace.propagate(
      [resolved.node: Signal(resolved.weights)], using: [.any: .gradient], reading: [node])
    let map = try back[node] * factor
    return try Attribution(
      map: map, ledger: Ledger(score: score, map: map), target: resolved, method: self,
      layer: node == recording.graph.input ? nil : node)
  }
}

extension ScaledGradient: Cataloged {
  public static var entries: [any CatalogEntry] {
    [MethodEntry(ScaledGradient(), "The gradient times a factor.")]
  }
}
