public import NNIModels

extension SampleNets {
  /// How many tokens and features ``attention(hasBiases:isNormedAfter:seed:)`` takes.
  public static let (attentionTokens, attentionWidth) = (5, 4)

  /// A block of a transformer with one head, SwiGLU and a mean over tokens, for `[N, 5, 4]`, with three classes.
  ///
  /// - Parameters:
  ///   - hasBiases: Whether layers have biases and the second norm a shift.
  ///   - isNormedAfter: Whether the norm stands after the sum, as in BERT, and not before attention.
  ///   - seed: Decides the weights.
  /// - Returns: The network.
  /// - Throws: `InterpretabilityError` when a tensor cannot be made.
  public static func attention(
    hasBiases: Bool, isNormedAfter: Bool = false, seed: UInt64 = 11
  ) throws -> Model {
    var numbers = SeededNumbers(seed)
    let width = attentionWidth
    func dense(_ from: Int, _ to: Int) throws -> DenseLayer {
      DenseLayer(
        weight: try numbers.tensor([to, from], scale: 0.6),
        bias: hasBiases ? try numbers.tensor([to], scale: 0.3) : nil)
    }
    func norm() throws -> LayerNormLayer {
      LayerNormLayer(
        scale: try numbers.tensor([width], scale: 0.2) + 1,
        shift: hasBiases ? try numbers.tensor([width], scale: 0.3) : nil)
    }
    var graph = Graph(input: "tokens")
    var stream: NodeID = "tokens"
    if !isNormedAfter {
      try graph.add(
        RMSNormLayer(scale: numbers.tensor([width], scale: 0.2) + 1), as: "norm1", after: ["tokens"]
      )
      stream = "norm1"
    }
    for name in ["q", "k", "v"] {
      try graph.add(dense(width, width), as: NodeID(name), after: [stream])
    }
    try graph.add(TransposeLayer([0, 2, 1]), as: "kt", after: ["k"])
    try graph.add(MatrixProductLayer(), as: "scores", after: ["q", "kt"])
    try graph.add(AffineLayer(weight: Tensor.full([1], 0.5)), as: "scaled", after: ["scores"])
    try graph.add(SoftmaxLayer(), as: "weights", after: ["scaled"])
    try graph.add(MatrixProductLayer(), as: "weighted", after: ["weights", "v"])
    try graph.add(dense(width, width), as: "out", after: ["weighted"])
    try graph.add(SumLayer(), as: "skip1", after: ["tokens", "out"])
    try graph.add(norm(), as: "norm2", after: ["skip1"])
    try graph.add(dense(width, 6), as: "up", after: ["norm2"])
    try graph.add(dense(width, 6), as: "gate", after: ["norm2"])
    try graph.add(ActivationLayer(.silu), as: "silu", after: ["gate"])
    try graph.add(ProductLayer(), as: "product", after: ["up", "silu"])
    try graph.add(dense(6, width), as: "down", after: ["product"])
    try graph.add(SumLayer(), as: "skip2", after: [isNormedAfter ? "norm2" : "skip1", "down"])
    try graph.add(
      ReductionLayer(over: [1], isKeepingAxes: false, isMean: true), as: "pooled", after: ["skip2"])
    try graph.add(dense(width, 3), as: "logits", after: ["pooled"])
    return try Model(graph, name: "attention")
  }

  /// A batch for ``attention(hasBiases:isNormedAfter:seed:)``.
  public static func attentionInput(_ samples: Int = 3, seed: UInt64 = 5) throws -> Tensor {
    try SeededNumbers.tensor([samples, attentionTokens, attentionWidth], seed: seed)
  }
}
