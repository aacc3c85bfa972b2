/// An objective as the last node of a network: so the one traversal that carries gradients carries its
/// derivative, too, and only what it reads is computed.
struct ObjectiveLayer: Layer {
  /// The terms that read nodes.
  let terms: [Objective.Term]
  /// For each term the positions of its values among the layer's inputs.
  let positions: [[Int]]
  /// Which images the rows are.
  var batch: ObjectiveBatch

  package var kind: LayerKind { .activation }

  package func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard let first = inputs.first else {
      throw InterpretabilityError(.invalidGraph, "an objective reads at least one node")
    }
    return try terms.values(
      positions.map { $0.map { inputs[$0] } }, in: batch, like: first)
  }
}
