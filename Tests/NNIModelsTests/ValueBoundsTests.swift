import Testing

@testable import NNIGraph
@testable import NNIModels

/// Networks that make probabilities before their end: no softmax on top of them.
@Suite struct ValueBoundsTests {
  /// A dense layer of three outputs, `z`, and what a case makes of it.
  private static func model(
    _ output: OutputStatement = OutputStatement(), labels: [String] = [],
    end: (inout Graph) throws -> Void
  ) throws -> Model {
    var graph = Graph(input: "x")
    let weight = try Tensor([0.5, -1, 2, 1, 0, -0.5], shape: [3, 2])
    try graph.add(DenseLayer(weight: weight), as: "z", after: ["x"])
    try end(&graph)
    var spec = InputSpec()
    spec.labels = labels
    return try Model(graph, inputSpec: spec, output: output)
  }

  private static func affine(_ weight: Double, _ bias: Double) throws -> AffineLayer {
    AffineLayer(weight: try Tensor.full([1], weight), bias: try Tensor.full([1], bias))
  }

  private static func activation(_ function: ActivationLayer.Function) -> ActivationLayer {
    ActivationLayer(function)
  }

  private static let ends: [(String, @Sendable (inout Graph) throws -> Void)] = [
    (
      "a mean of softmaxes",
      { graph in
        try graph.add(SoftmaxLayer(axis: 1), as: "p", after: ["z"])
        try graph.add(activation(.tanh), as: "t", after: ["z"])
        try graph.add(SoftmaxLayer(axis: 1), as: "q", after: ["t"])
        try graph.add(SumLayer(), as: "s", after: ["p", "q"])
        try graph.add(AffineLayer(weight: Tensor.full([1], 0.5)), as: "m", after: ["s"])
      }
    ),
    (
      "p beside 1 - p",
      { graph in
        try graph.add(activation(.sigmoid), as: "p", after: ["z"])
        try graph.add(affine(-1, 1), as: "q", after: ["p"])
        try graph.add(ConcatenationLayer(axis: 1), as: "c", after: ["q", "p"])
      }
    ),
    (
      "a sigmoid written out",
      { graph in
        try graph.add(affine(-1, 0), as: "n", after: ["z"])
        try graph.add(activation(.exponential), as: "e", after: ["n"])
        try graph.add(affine(1, 1), as: "d", after: ["e"])
        try graph.add(activation(.reciprocal), as: "p", after: ["d"])
      }
    ),
    (
      "half of 1 + tanh",
      { graph in
        try graph.add(activation(.tanh), as: "t", after: ["z"])
        try graph.add(affine(0.5, 0.5), as: "p", after: ["t"])
      }
    ),
    (
      "a softmax written out",
      { graph in
        try graph.add(activation(.exponential), as: "e", after: ["z"])
        try graph.add(
          ReductionLayer(over: [1], isKeepingAxes: true, isMean: false), as: "s", after: ["e"])
        try graph.add(activation(.reciprocal), as: "r", after: ["s"])
        try graph.add(ProductLayer(), as: "p", after: ["e", "r"])
      }
    ),
    ("a clip", { try $0.add(activation(.clip(0, 1)), as: "p", after: ["z"]) }),
  ]

  @Test(arguments: ends.indices) func `Probabilities stay as they are`(index: Int) throws {
    let (name, end) = Self.ends[index]
    let model = try Self.model(end: end)
    let meaning = model.outputMeaning
    let input = try Tensor([0.3, -0.7, 1.5, 2], shape: [2, 2])
    #expect(meaning.kind == .regression && meaning.isStated, "\(name)")
    #expect(meaning.activation(width: 3) == .none, "\(name)")
    let values = try model(input).doubles()
    #expect(values.allSatisfy { (0...1).contains($0) }, "\(name)")
    // What a card says counts more.
    #expect(try Self.model(OutputStatement(.softmax), end: end).outputMeaning.kind == .softmax)
    // Two labels make no logit of a probability.
    let binary = try Self.model(labels: ["no", "yes"], end: end).outputMeaning
    #expect(binary.activation(width: 1) == .none, "\(name)")
  }

  @Test func `Other ends are logits`() throws {
    let ends: [(inout Graph) throws -> Void] = [
      { _ in },
      { try $0.add(Self.activation(.relu), as: "p", after: ["z"]) },
      { try $0.add(Self.activation(.tanh), as: "p", after: ["z"]) },
      {
        try $0.add(Self.activation(.sigmoid), as: "p", after: ["z"])
        try $0.add(Self.affine(2, 0), as: "q", after: ["p"])
      },
      {
        // exp z of one network by the sum of another's is no share.
        try $0.add(Self.activation(.exponential), as: "e", after: ["z"])
        try $0.add(Self.affine(0.5, 0), as: "h", after: ["e"])
        try $0.add(
          ReductionLayer(over: [1], isKeepingAxes: true, isMean: false), as: "s", after: ["h"])
        try $0.add(Self.activation(.reciprocal), as: "r", after: ["s"])
        try $0.add(ProductLayer(), as: "p", after: ["e", "r"])
      },
    ]
    for end in ends { #expect(try Self.model(end: end).outputMeaning.kind == .logits) }
  }
}
