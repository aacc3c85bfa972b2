import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// Token contributions and attention flow against formulas written out, and their laws.
struct TokenContributionsTests {
  private static let nets = ["pre", "post", "gated"]

  private func fixture() throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixture.url("mixing/mixing.safetensors"))
  }

  private func model(_ net: String) throws -> Model {
    try Model(contentsOf: Fixture.url("mixing/\(net).onnx")).converted(to: .float64)
  }

  /// The contributions of what a recorded pass of a net has, and the blocks.
  private func reading(_ net: String) throws -> (AttentionReading, TokenContributions) {
    let (model, input) = try (model(net), fixture()["\(net)/input"])
    let rows = try model.inputs.isEmpty ? input : model.joined([model.inputs[0].name: input])
    let reading = try AttentionReading(
      Recording(model, input: rows), target: .class(0), for: "token-contributions")
    return (reading, TokenContributions(reading))
  }

  /// Flows by networkx, contributions vector by vector in PyTorch.
  @Test(arguments: nets, ["attention-flow", "token-contributions"])
  func `The map is the reference's`(net: String, method: String) throws {
    let (model, file) = try (model(net), fixture())
    let input = try file["\(net)/input"]
    let map =
      try model.inputs.isEmpty
      ? Catalog.method(method).attribute(model, input: input, target: .class(0)).map
      : InputQuestion(model, inputs: [model.inputs[0].name: input], of: model.inputs[0].name)
        .attribute(method, target: .class(0)).map
    try expectClose(map, file["\(net)/\(method)"], relative: 1e-7)
  }

  @Test(arguments: nets) func `Vectors are the reference's`(net: String) throws {
    let (reading, contributions) = try reading(net)
    let file = try fixture()
    #expect(reading.blocks.count == 3)
    for (number, block) in reading.blocks.enumerated() {
      let (vectors, output) = try contributions.vectors(of: block)
      for sample in 0..<2 {
        try expectClose(
          vectors.selected(axis: 0, index: sample), file["\(net)/vectors/\(sample)/\(number)"],
          relative: 1e-7)
        try expectClose(
          output.selected(axis: 0, index: sample), file["\(net)/output/\(sample)/\(number)"],
          relative: 1e-7)
      }
    }
  }

  /// `Σ_j T_i(x_j) + b_i = y_i`, with the biases' part computed from the layers.
  @Test(arguments: [false, true], [false, true])
  func `Vectors and biases add up to the block's output`(
    hasBiases: Bool, isNormedAfter: Bool
  ) throws {
    let model = try SampleNets.attention(hasBiases: hasBiases, isNormedAfter: isNormedAfter)
    let reading = try AttentionReading(
      Recording(model, input: SampleNets.attentionInput()), target: .class(0), for: "test")
    let (vectors, output) = try TokenContributions(reading).vectors(of: reading.blocks[0])
    var bias = try output.zerosLike()
    if hasBiases {
      let value = try #require(model.graph["v"].layer as? DenseLayer)
      let out = try #require(model.graph["out"].layer as? DenseLayer)
      bias = try bias + out.forward([value.bias!.unsqueezed(0)]).unsqueezed(0)
    }
    if isNormedAfter {
      let norm = try #require(model.graph["norm2"].layer as? LayerNormLayer)
      let x = try reading.pass.trace["skip1"]
      let centred = try x - x.mean(over: [2], keepingAxes: true)
      let divisor = try (centred.squared().mean(over: [2], keepingAxes: true) + norm.epsilon)
        .squareRoot()
      bias = try (bias - bias.mean(over: [2], keepingAxes: true)) * norm.scale / divisor
      if let shift = norm.shift { bias = try bias + shift }
    }
    try expectClose(vectors.sum(over: [2]) + bias, output)
    #expect(try (bias.norm() > 0) == hasBiases)
  }

  @Test(arguments: nets) func `Rows of contributions sum to 1`(net: String) throws {
    let (reading, contributions) = try reading(net)
    for block in reading.blocks {
      let rows = try contributions.contributions(of: block)
      try expectClose(rows.sum(over: [2]), rows.sum(over: [2]).onesLike())
      #expect(try rows.minimum(over: [0, 1, 2], keepingAxes: false).item() >= 0)
    }
    let product = try contributions.product()
    try expectClose(product.sum(over: [2]), product.sum(over: [2]).onesLike())
  }

  /// A token that attention hides contributes nothing.
  @Test func `A causal mask keeps later tokens out`() throws {
    let (_, contributions) = try reading("gated")
    let product = try contributions.product().doubles()
    for sample in 0..<2 {
      for row in 0..<5 {
        for column in row + 1..<5 { #expect(product[(sample * 5 + row) * 5 + column] == 0) }
      }
    }
  }

  @Test func `What is not linear between tokens and values is refused`() throws {
    var graph = Graph(input: "tokens")
    var numbers = SeededNumbers(2)
    for name in ["q", "k", "dense"] {
      try graph.add(
        DenseLayer(weight: numbers.tensor([4, 4])), as: NodeID(name), after: ["tokens"])
    }
    try graph.add(ActivationLayer(.relu), as: "v", after: ["dense"])
    try graph.add(TransposeLayer([0, 2, 1]), as: "kt", after: ["k"])
    try graph.add(MatrixProductLayer(), as: "scores", after: ["q", "kt"])
    try graph.add(SoftmaxLayer(), as: "weights", after: ["scores"])
    try graph.add(MatrixProductLayer(), as: "weighted", after: ["weights", "v"])
    try graph.add(SumLayer(), as: "skip", after: ["tokens", "weighted"])
    try graph.add(
      ReductionLayer(over: [1], isKeepingAxes: false, isMean: true), as: "logits", after: ["skip"])
    let model = try Model(graph, name: "relu")
    let error = try #require(throws: InterpretabilityError.self) {
      try AttentionMap(.contributions)
        .attribute(model, input: SampleNets.attentionInput(), target: .class(0))
    }
    #expect(error.node == "v" && error.message.contains("dense layers"))
  }
}
