import NNIModels
import NNITestSupport
import Testing

@Suite struct MergeBatchNormRewriteTests {
  private func batchNorm(_ channels: Int, _ numbers: inout SeededNumbers) throws -> BatchNormLayer {
    BatchNormLayer(
      scale: try numbers.tensor([channels]), shift: try numbers.tensor([channels]),
      mean: try numbers.tensor([channels]),
      variance: try numbers.tensor([channels]).squared() + 0.5)
  }

  private func expectSame(_ graph: Graph, _ input: Tensor) throws -> Graph {
    let merged = try MergeBatchNormRewrite().apply(to: graph)
    try expectClose(merged.forward(input), graph.forward(input), relative: 1e-12)
    #expect(merged.nodes.map(\.id) == graph.nodes.map(\.id))
    #expect(!merged.nodes.contains { $0.layer is BatchNormLayer })
    return merged
  }

  @Test func foldsIntoTheLayerBefore() throws {
    let model = try SampleNets.mixed()
    let merged = try expectSame(model.graph, SampleNets.mixedInput())
    #expect(try merged["norm"].layer is IdentityLayer)
  }

  @Test func foldsThroughDropoutAndAveragePooling() throws {
    var numbers = SeededNumbers(3)
    var graph = Graph(input: "x")
    try graph.add(
      ConvolutionLayer(weight: numbers.tensor([4, 2, 3, 3])), as: "conv", after: ["x"])
    try graph.add(DropoutLayer(), as: "drop", after: ["conv"])
    try graph.add(AveragePoolLayer(Window([2, 2], stride: [2, 2])), as: "pool", after: ["drop"])
    try graph.add(batchNorm(4, &numbers), as: "norm", after: ["pool"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["norm"])
    let merged = try expectSame(graph, numbers.tensor([2, 2, 7, 8]))
    #expect(try merged["norm"].layer is IdentityLayer)
  }

  @Test func foldsIntoTheLayerAfter() throws {
    var numbers = SeededNumbers(4)
    var graph = Graph(input: "x")
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["x"])
    try graph.add(batchNorm(3, &numbers), as: "first", after: ["relu"])
    try graph.add(
      ConvolutionLayer(weight: numbers.tensor([5, 3, 2, 2]), bias: numbers.tensor([5])), as: "conv",
      after: ["first"])
    try graph.add(ActivationLayer(.tanh), as: "tanh", after: ["conv"])
    try graph.add(batchNorm(5, &numbers), as: "second", after: ["tanh"])
    try graph.add(FlattenLayer(), as: "flat", after: ["second"])
    try graph.add(DenseLayer(weight: numbers.tensor([4, 5 * 3 * 4])), as: "fc", after: ["flat"])
    let merged = try expectSame(graph, numbers.tensor([2, 3, 4, 5]))
    #expect(try merged["first"].layer is IdentityLayer)
    #expect(try merged["second"].layer is IdentityLayer)
    #expect(try MergeBatchNormRewrite().merged(graph).hosts == ["first": "conv", "second": "fc"])
  }

  @Test func staysWherePaddingOrAnotherUseForbids() throws {
    var numbers = SeededNumbers(5)
    var graph = Graph(input: "x")
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["x"])
    try graph.add(batchNorm(3, &numbers), as: "padded", after: ["relu"])
    try graph.add(
      ConvolutionLayer(weight: numbers.tensor([3, 3, 3, 3]), padding: [1, 1]), as: "conv",
      after: ["padded"])
    try graph.add(batchNorm(3, &numbers), as: "shared", after: ["conv"])
    try graph.add(SumLayer(), as: "sum", after: ["conv", "shared"])
    let merged = try expectSame(graph, numbers.tensor([2, 3, 4, 5]))
    #expect(try merged["padded"].layer is ChannelAffineLayer)
    #expect(try merged["shared"].layer is ChannelAffineLayer)
  }

  @Test func foldsIntoATransposedConvolution() throws {
    var numbers = SeededNumbers(6)
    var graph = Graph(input: "z")
    try graph.add(
      TransposedConvolutionLayer(weight: numbers.tensor([3, 4, 2, 2]), stride: [2, 2]), as: "up",
      after: ["z"])
    try graph.add(batchNorm(4, &numbers), as: "norm", after: ["up"])
    let merged = try expectSame(graph, numbers.tensor([2, 3, 2, 3]))
    #expect(try merged["norm"].layer is IdentityLayer)
  }
}
