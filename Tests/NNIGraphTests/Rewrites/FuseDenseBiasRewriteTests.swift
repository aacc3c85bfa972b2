import NNIGraph
import NNITestSupport
import Testing

struct FuseDenseBiasRewriteTests {
  private func graph(bias: Tensor, isShared: Bool = false) throws -> Graph {
    var numbers = SeededNumbers(2)
    var graph = Graph(input: "x")
    try graph.add(DenseLayer(weight: numbers.tensor([5, 4])), as: "a", after: ["x"])
    try graph.add(AffineLayer(weight: bias.onesLike(), bias: bias), as: "b", after: ["a"])
    if isShared { try graph.add(SumLayer(), as: "y", after: ["a", "b"]) }
    return graph
  }

  @Test(arguments: [[5], [1, 5], [1], []])
  func `A constant summand becomes the bias`(shape: [Int]) throws {
    var numbers = SeededNumbers(4)
    let plain = try graph(bias: numbers.tensor(shape))
    let fused = try FuseDenseBiasRewrite().apply(to: plain)
    #expect(fused.nodes.map(\.id) == ["x", "b"])
    let input = try numbers.tensor([3, 4])
    try expectClose(fused.forward(input), plain.forward(input))
  }

  @Test func `What is shared or of another shape stays`() throws {
    var numbers = SeededNumbers(4)
    let shared = try graph(bias: numbers.tensor([5]), isShared: true)
    #expect(try FuseDenseBiasRewrite().apply(to: shared).nodes.count == 4)
    let rows = try graph(bias: numbers.tensor([3, 1]))
    #expect(try FuseDenseBiasRewrite().apply(to: rows).nodes.count == 3)
  }
}
