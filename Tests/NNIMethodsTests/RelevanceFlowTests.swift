@testable import NNIMethods
import NNITestSupport
import Testing

/// Judged by conservation at each node, by the maps that the same methods give at inner nodes, and by
/// contributions worked out by hand.
@Suite struct RelevanceFlowTests {
  static let methods: [any RelevanceFlowMethod & LayerReadableMethod] = [
    LRP(.epsilon, epsilon: 0.1), LRP(.gamma), LRP(.alphaBeta),
    LRPComposite(.epsilonPlusFlat), DeepLIFT(.rescale), DeepLIFT(.revealCancel),
    GradientTimesInput(),
  ]

  @Test(arguments: methods.indices) func eachNodeGivesWhatItGot(index: Int) throws {
    let method = Self.methods[index]
    let flow = try method.flow(
      SampleNets.mixed(), input: SampleNets.mixedInput(), target: .classes([1, 4, 2]))
    #expect(flow.classes == [1, 4, 2] && flow.method == method.name)
    #expect(flow.nodes.first?.id == "image" && flow.nodes.last?.id == "logits")
    for node in flow.nodes {
      let sent = flow.edges.filter { $0.user == node.id }
      let received = flow.edges.filter { $0.source == node.id }
      for sample in 0..<3 {
        let inflow =
          received.isEmpty
          ? flow.score[sample] : received.reduce(0) { $0 + $1.relevance[sample] }
        #expect(abs(node.relevance[sample] - inflow) < 1e-9 * abs(flow.score[sample]))
        guard !sent.isEmpty else { continue }
        let outflow = sent.reduce(0) { $0 + $1.relevance[sample] }
        let kept = node.absorbed.values.reduce(0) { $0 + $1[sample] }
        #expect(abs(inflow - outflow - kept - node.residual[sample]) < 1e-9)
        // Only the gradient leaves what biases add without a name.
        if !(method is GradientTimesInput) {
          #expect(abs(node.residual[sample]) < 1e-7, "\(method.name) at \(node.id)")
        }
      }
    }
  }

  /// At every node the sum is that of the map which the method gives when it is read there.
  @Test(arguments: methods.indices) func sumsEqualThoseOfInnerMaps(index: Int) throws {
    let method = Self.methods[index]
    let recording = try Recording(
      SampleNets.mixed(), input: SampleNets.mixedInput(), preparation: method.preparation)
    let flow = try method.flow(recording, target: .class(2))
    for node in flow.nodes {
      let map = try method.attribute(recording, target: .class(2), at: node.id).map
      try expectClose(
        node.relevance, map.sumPerSample().doubles(), relative: 1e-8, absolute: 1e-9)
    }
  }

  /// y = relu(x·w) + x over two features: by hand, ε = 0, x = (1, 2), w = (3, -1), score of the sum.
  @Test func followsASkipByHand() throws {
    var graph = Graph(input: "x")
    let weight = try Tensor([3.0, 0, 0, -1], shape: [2, 2], dtype: .float64)
    try graph.add(DenseLayer(weight: weight, bias: nil), as: "dense", after: ["x"])
    try graph.add(ActivationLayer(.relu), as: "relu", after: ["dense"])
    try graph.add(SumLayer(), as: "sum", after: ["relu", "x"])
    let model = try Model(graph, name: "skip")
    let input = try Tensor([1.0, 2], shape: [1, 2], dtype: .float64)
    let flow = try LRP(.zero, stabilizer: 0).flow(model, input: input, target: .class(0))
    // The first logit is relu(3) + 1 = 4: three quarters go through the branch.
    func edge(_ source: NodeID, _ user: NodeID) -> Double? {
      flow.edges.first { $0.source == source && $0.user == user }?.relevance[0]
    }
    #expect(flow.score == [4])
    #expect(abs((edge("relu", "sum") ?? 0) - 3) < 1e-12)
    #expect(abs((edge("x", "sum") ?? 0) - 1) < 1e-12)
    #expect(abs((edge("x", "dense") ?? 0) - 3) < 1e-12)
    #expect(abs((flow.nodes.first { $0.id == "x" }?.relevance[0] ?? 0) - 4) < 1e-12)
  }

  @Test func biasesDrain() throws {
    var graph = Graph(input: "x")
    let weight = try Tensor([2.0], shape: [1, 1], dtype: .float64)
    let bias = try Tensor([3.0], shape: [1], dtype: .float64)
    try graph.add(DenseLayer(weight: weight, bias: bias), as: "dense", after: ["x"])
    let model = try Model(graph, name: "bias")
    let input = try Tensor([1.0], shape: [1, 1], dtype: .float64)
    let flow = try LRP(.zero, stabilizer: 0).flow(model, input: input, target: .class(0))
    let dense = flow.nodes.first { $0.id == "dense" }
    #expect(abs((dense?.absorbed[.bias]?[0] ?? 0) - 3) < 1e-12)
    #expect(abs((flow.edges.first?.relevance[0] ?? 0) - 2) < 1e-12)
  }

  @Test func severalReferencesAreAveraged() throws {
    let model = try SampleNets.mixed()
    let input = try SampleNets.mixedInput()
    let other = try SampleNets.mixedInput(3, seed: 9)
    func flow(_ baseline: Baseline) throws -> RelevanceFlow {
      try DeepLIFT(baseline: baseline).flow(model, input: input, target: .class(1))
    }
    let one = Baseline.tensor(other, name: "other")
    let (both, first, second) = (
      try flow(.several([.zero, one])), try flow(.zero), try flow(one)
    )
    for index in both.edges.indices {
      let mean = zip(first.edges[index].relevance, second.edges[index].relevance).map {
        ($0 + $1) / 2
      }
      expectClose(both.edges[index].relevance, mean, relative: 1e-9, absolute: 1e-9)
    }
  }
}
