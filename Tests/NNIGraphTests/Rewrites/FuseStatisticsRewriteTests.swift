import NNIGraph
import NNITestSupport
import Testing

/// Normalisations in pieces: the layer that they become has the value of the pieces.
struct FuseStatisticsRewriteTests {
  /// How a file writes `1 / √…`.
  enum Root: CaseIterable, Sendable {
    case reciprocalOfRoot, rootOfReciprocal, power, reciprocalOfPower
  }

  private func scalar(_ value: Double) throws -> Tensor { try Tensor([value], shape: []) }

  private func mean(_ axes: [Int]) -> ReductionLayer {
    ReductionLayer(over: axes, isKeepingAxes: true, isMean: true)
  }

  /// Adds `1 / √(mean source² + ε)` as `inverse`.
  private func addInverse(
    _ graph: inout Graph, of source: NodeID, over axes: [Int], _ root: Root,
    squaring: any Layer = ActivationLayer(.power(2))
  ) throws {
    let operands = [NodeID](repeating: source, count: squaring is ProductLayer ? 2 : 1)
    try graph.add(squaring, as: "square", after: operands)
    try graph.add(mean(axes), as: "variance", after: ["square"])
    try graph.add(
      AffineLayer(weight: scalar(1), bias: scalar(1e-3)), as: "shifted", after: ["variance"])
    let steps: [ActivationLayer.Function] =
      switch root {
      case .reciprocalOfRoot: [.squareRoot, .reciprocal]
      case .rootOfReciprocal: [.reciprocal, .squareRoot]
      case .power: [.power(-0.5)]
      case .reciprocalOfPower: [.power(0.5), .reciprocal]
      }
    for (index, step) in steps.enumerated() {
      try graph.add(
        ActivationLayer(step), as: index == steps.count - 1 ? "inverse" : "root",
        after: [index == 0 ? "shifted" : "root"])
    }
  }

  private func expectFused(
    _ graph: Graph, names: [NodeID], isCentred: Bool, over axes: [Int]
  ) throws {
    let fused = try FuseStatisticsRewrite().apply(to: graph)
    #expect(fused.nodes.map(\.id) == names)
    let layer = try #require(
      fused.nodes.lazy.compactMap { $0.layer as? UnscaledNormLayer }.first)
    #expect(layer.isCentred == isCentred)
    #expect(layer.axes == axes)
    #expect(layer.epsilon == 1e-3)
    var numbers = SeededNumbers(9)
    let input = try numbers.tensor([3, 4, 5], scale: 2)
    try expectClose(fused.forward(input), graph.forward(input), relative: 1e-6)
  }

  @Test(arguments: Root.allCases, [[-1], [1], [1, 2]])
  func `Layer norm`(root: Root, axes: [Int]) throws {
    for isTwice in [false, true] {
      var graph = Graph(input: "x")
      try graph.add(mean(axes), as: "mean", after: ["x"])
      try graph.add(SumLayer(isDifference: true), as: "centre", after: ["x", "mean"])
      if isTwice {
        try graph.add(SumLayer(isDifference: true), as: "again", after: ["x", "mean"])
      }
      try addInverse(&graph, of: isTwice ? "again" : "centre", over: axes, root)
      try graph.add(ProductLayer(), as: "y", after: ["centre", "inverse"])
      try expectFused(graph, names: ["x", "y"], isCentred: true, over: axes)
    }
  }

  @Test(arguments: Root.allCases)
  func `RMS norm`(root: Root) throws {
    var graph = Graph(input: "x")
    try addInverse(&graph, of: "x", over: [-1], root, squaring: ProductLayer())
    try graph.add(ProductLayer(), as: "y", after: ["inverse", "x"])
    try expectFused(graph, names: ["x", "y"], isCentred: false, over: [-1])
  }

  @Test func `Keras's form with scale and shift inside`() throws {
    var numbers = SeededNumbers(4)
    var graph = Graph(input: "x")
    try graph.add(mean([-1]), as: "mean", after: ["x"])
    try graph.add(SumLayer(isDifference: true), as: "centre", after: ["x", "mean"])
    try addInverse(&graph, of: "centre", over: [-1], .reciprocalOfRoot)
    try graph.add(AffineLayer(weight: numbers.tensor([5])), as: "k", after: ["inverse"])
    try graph.add(ProductLayer(), as: "scaled", after: ["x", "k"])
    try graph.add(ProductLayer(), as: "offset", after: ["mean", "k"])
    try graph.add(
      AffineLayer(weight: Tensor.full([5], -1), bias: numbers.tensor([5])), as: "rest",
      after: ["offset"])
    try graph.add(SumLayer(), as: "y", after: ["scaled", "rest"])
    try expectFused(graph, names: ["x", "scaled", "y"], isCentred: true, over: [-1])
  }

  /// Statistics over other axes than the mean's are those of the centred value alone.
  @Test func `Other axes`() throws {
    var graph = Graph(input: "x")
    try graph.add(mean([1]), as: "mean", after: ["x"])
    try graph.add(SumLayer(isDifference: true), as: "centre", after: ["x", "mean"])
    try addInverse(&graph, of: "centre", over: [2], .power)
    try graph.add(ProductLayer(), as: "y", after: ["centre", "inverse"])
    try expectFused(graph, names: ["x", "mean", "centre", "y"], isCentred: false, over: [2])
  }

  /// What only looks like one stays as it is: another value, or statistics without ε.
  @Test func `No normalizations`() throws {
    var value = Graph(input: "x")
    try value.add(ActivationLayer(.tanh), as: "t", after: ["x"])
    try addInverse(&value, of: "x", over: [2], .power)
    try value.add(ProductLayer(), as: "y", after: ["t", "inverse"])
    var plain = Graph(input: "x")
    try plain.add(ActivationLayer(.power(2)), as: "square", after: ["x"])
    try plain.add(mean([2]), as: "variance", after: ["square"])
    try plain.add(ActivationLayer(.power(-0.5)), as: "inverse", after: ["variance"])
    try plain.add(ProductLayer(), as: "y", after: ["x", "inverse"])
    for graph in [value, plain] {
      let same = try FuseStatisticsRewrite().apply(to: graph)
      #expect(same.nodes.map(\.id) == graph.nodes.map(\.id))
    }
  }
}
