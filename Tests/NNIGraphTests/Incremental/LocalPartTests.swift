import NNIModels
@testable import NNIGraph
import NNITestSupport
import Testing

@Suite struct LocalPartTests {
  private func part(_ graph: Graph, _ shape: [Int], to end: NodeID? = nil) throws -> LocalPart {
    let trace = try graph.trace(.full(shape, 1, dtype: .float64), readable: [])
    return try LocalPart(graph, shapes: trace.sampleShapes, end: end ?? graph.output)
  }

  private func names(_ part: LocalPart, _ nodes: [Int]) -> [String] {
    nodes.map { part.graph.nodes[$0].id.name }
  }

  @Test func reachesToTheFirstLayerThatSeesAll() throws {
    let part = try part(SampleNets.mixed().graph, [1, 3, 9, 7])
    #expect(names(part, part.rest) == ["flat", "logits"])
    #expect(names(part, part.handover) == ["mean"])
    let inner = try self.part(SampleNets.mixed().graph, [1, 3, 9, 7], to: "skip")
    #expect(inner.rest.isEmpty)
    #expect(names(inner, inner.handover) == ["skip"])
  }

  /// A layer alone after the input, and whether its outputs see windows of it.
  private static let layers: [(String, any Layer, Bool)] = [
    ("average", AveragePoolLayer(Window([2, 2], stride: [2, 2])), true),
    ("padded", AveragePoolLayer(Window([3, 3], padding: [1, 1])), true),
    ("border", AveragePoolLayer(Window([3, 3], padding: [1, 1]), countsPadding: false), false),
    ("ceiling", AveragePoolLayer(Window([2, 2], stride: [2, 2]), isCeiling: true), false),
    ("max", MaxPoolLayer(Window([3, 3], stride: [2, 2]), isCeiling: true), true),
    ("global", GlobalMaxPoolLayer(), false),
    ("softmax", SoftmaxLayer(axis: 1), false),
    ("reflection", PadLayer(before: [0, 1, 1], after: [0, 1, 1], mode: .reflect), false),
    ("zeros", PadLayer(before: [0, 1, 1], after: [0, 1, 1]), true),
    ("channels", PadLayer(before: [1, 0, 0], after: [0, 0, 0]), false),
    ("rows", ConcatenationLayer(axis: 2), false),
    ("repeated", UpsampleLayer(factors: [2, 2], isBilinear: false), false),
  ]

  @Test(arguments: layers.map(\.0)) func knowsWhichLayersAreLocal(name: String) throws {
    let (_, layer, isLocal) = try #require(Self.layers.first { $0.0 == name })
    var graph = Graph(input: "x")
    try graph.add(layer, as: "y", after: ["x"])
    let part = try part(graph, [2, 3, 7, 6])
    #expect(names(part, part.nodes) == (isLocal ? ["x", "y"] : ["x"]))
  }

  @Test(arguments: [([3, 1, 1], true), ([1], true), ([3, 7, 6], false), ([6], false)])
  func weightsThatDifferFromPlaceToPlaceAreNotLocal(shape: [Int], isLocal: Bool) throws {
    var graph = Graph(input: "x")
    try graph.add(
      AffineLayer(weight: .full(shape, 2, dtype: .float64)), as: "y", after: ["x"])
    #expect(try part(graph, [1, 3, 7, 6]).nodes.count == (isLocal ? 2 : 1))
  }

  /// Squeeze and excitation: from the gate on, every place depends on all.
  @Test func aGateEndsTheLocalPart() throws {
    var numbers = SeededNumbers(1)
    var graph = Graph(input: "x")
    try graph.add(
      ConvolutionLayer(weight: numbers.tensor([3, 3, 3, 3]), padding: [1, 1]), as: "conv",
      after: ["x"])
    try graph.add(GlobalAveragePoolLayer(), as: "squeeze", after: ["conv"])
    try graph.add(ActivationLayer(.sigmoid), as: "gate", after: ["squeeze"])
    try graph.add(ProductLayer(), as: "product", after: ["conv", "gate"])
    let part = try part(graph, [1, 3, 7, 6])
    #expect(names(part, part.handover) == ["conv"])
    #expect(names(part, part.rest) == ["squeeze", "gate", "product"])
  }

  @Test(arguments: [[1, 3, 8], [1, 3, 4, 5, 6]])
  func otherAxesThanRowsAndColumnsHaveNoLocalPart(shape: [Int]) throws {
    var numbers = SeededNumbers(1)
    var graph = Graph(input: "x")
    let kernel = shape.dropFirst(2).map { _ in 2 }
    try graph.add(
      ConvolutionLayer(weight: numbers.tensor([2, 3] + kernel)), as: "conv", after: ["x"])
    #expect(try part(graph, shape).nodes.isEmpty)
  }
}
