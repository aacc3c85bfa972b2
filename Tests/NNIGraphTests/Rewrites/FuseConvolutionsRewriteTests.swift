import NNIModels
@testable import NNIGraph
import NNITestSupport
import Testing

@Suite struct FuseConvolutionsRewriteTests {
  @Test func theOutputIsTheSameWithFewerNodes() throws {
    let graph = try SampleNets.mixed().graph
    let fused = try FuseConvolutionsRewrite(kept: []).apply(to: graph)
    let input = try SampleNets.mixedInput()
    try expectClose(fused.forward(input), graph.forward(input), relative: 1e-12)
    #expect(fused.nodes.count < graph.nodes.count)
    #expect(fused.nodes.contains { $0.layer is RectifiedConvolutionLayer })
    #expect(!fused.nodes.contains { $0.layer is BatchNormLayer })
  }

  @Test func everyKeptNodeHasItsValue() throws {
    let graph = try SampleNets.mixed().graph
    let input = try SampleNets.mixedInput()
    let wanted = try graph.trace(input)
    for node in graph.nodes {
      let fused = try FuseConvolutionsRewrite(kept: [node.id]).apply(to: graph)
      try expectClose(fused.trace(input)[node.id], wanted[node.id], relative: 1e-12)
      try expectClose(fused.forward(input), wanted.output, relative: 1e-12)
    }
  }

  @Test func derivativesAreTheSame() throws {
    let graph = try SampleNets.mixed().graph
    let input = try SampleNets.mixedInput()
    let seed = try Tensor([Double](repeating: 1, count: 15), shape: [3, 5])
    func gradient(_ graph: Graph) throws -> Tensor {
      try graph.trace(input).propagate([graph.output: Signal(seed)], using: [.any: .gradient])[
        graph.input]
    }
    let fused = try FuseConvolutionsRewrite(kept: []).apply(to: graph)
    try expectClose(gradient(fused), gradient(graph), relative: 1e-10)
  }

  @Test func anUnknownNodeIsNamed() throws {
    let graph = try SampleNets.mixed().graph
    #expect(throws: InterpretabilityError.self) {
      try FuseConvolutionsRewrite(kept: ["conw"]).apply(to: graph)
    }
  }
}
