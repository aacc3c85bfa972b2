/// A dense layer that can be differentiated by its weights: `z = a wᵀ + b` by libtorch alone.
///
/// ``DenseLayer``'s own kernel has a derivative by the input and no other.
struct TrainingDenseLayer: Layer {
  let weight: Tensor
  let bias: Tensor?

  package var kind: LayerKind { .dense }

  package func forward(_ inputs: [Tensor]) throws -> Tensor {
    try .call("aten::linear", .tensor(inputs[0]), .tensor(weight), .optional(bias))
  }

  package func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    TrainingDenseLayer(weight: try transform(weight), bias: try bias.map(transform))
  }
}
