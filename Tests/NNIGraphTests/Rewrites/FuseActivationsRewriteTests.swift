import NNIGraph
import NNITestSupport
import Testing

struct FuseActivationsRewriteTests {
  /// A graph of a dense layer and then `add`, which is given the name of the dense layer's node.
  private func graph(_ add: (inout Graph) throws -> Void) throws -> Graph {
    var numbers = SeededNumbers(2)
    var graph = Graph(input: "x")
    try graph.add(DenseLayer(weight: numbers.tensor([5, 4])), as: "a", after: ["x"])
    try add(&graph)
    return graph
  }

  private func scalar(_ value: Double) throws -> Tensor { try Tensor([value], shape: []) }

  private func scale(_ value: Double) throws -> AffineLayer {
    AffineLayer(weight: try scalar(value))
  }

  private func shift(_ value: Double) throws -> AffineLayer {
    AffineLayer(weight: try scalar(1), bias: try scalar(value))
  }

  /// Expects a graph of three nodes with the same value.
  private func expectFused(_ graph: Graph, into function: ActivationLayer.Function) throws {
    let fused = try FuseActivationsRewrite().apply(to: graph)
    #expect(fused.nodes.map(\.id) == ["x", "a", "y"])
    #expect((fused.nodes.last?.layer as? ActivationLayer)?.function == function)
    var numbers = SeededNumbers(9)
    let input = try numbers.tensor([3, 4], scale: 2)
    try expectClose(fused.forward(input), graph.forward(input), relative: 1e-7)
  }

  @Test func `Gates`() throws {
    let gates: [([ActivationLayer.Function], ActivationLayer.Function)] = [
      ([.sigmoid], .silu), ([.hardSigmoid(1.0 / 6, 0.5)], .hardSwish), ([.softplus, .tanh], .mish),
    ]
    for (steps, function) in gates {
      for inputs: [NodeID] in [["a", "g"], ["g", "a"]] {
        try expectFused(
          graph {
            for (index, step) in steps.enumerated() {
              try $0.add(
                ActivationLayer(step), as: index == steps.count - 1 ? "g" : "s",
                after: [index == 0 ? "a" : "s"])
            }
            try $0.add(ProductLayer(), as: "y", after: inputs)
          }, into: function)
      }
    }
  }

  @Test(arguments: 0..<3)
  func `The error function's form of GELU`(factorPlace: Int) throws {
    let graph = try graph {
      try $0.add(scale(0.5.squareRoot()), as: "s", after: ["a"])
      try $0.add(ActivationLayer(.errorFunction), as: "e", after: ["s"])
      try $0.add(shift(1), as: "g", after: ["e"])
      switch factorPlace {
      case 0:
        try $0.add(ProductLayer(), as: "p", after: ["a", "g"])
        try $0.add(scale(0.5), as: "y", after: ["p"])
      case 1:
        try $0.add(scale(0.5), as: "h", after: ["g"])
        try $0.add(ProductLayer(), as: "y", after: ["a", "h"])
      default:
        try $0.add(scale(0.5), as: "h", after: ["a"])
        try $0.add(ProductLayer(), as: "y", after: ["h", "g"])
      }
    }
    try expectFused(graph, into: .gelu(isApproximate: false))
  }

  @Test func `The clipped form of hard swish`() throws {
    let graph = try graph {
      try $0.add(shift(3), as: "s", after: ["a"])
      try $0.add(ActivationLayer(.clip(0, 6)), as: "c", after: ["s"])
      try $0.add(ProductLayer(), as: "p", after: ["a", "c"])
      try $0.add(scale(1.0 / 6), as: "y", after: ["p"])
    }
    try expectFused(graph, into: .hardSwish)
  }

  @Test func `What is read elsewhere stays and what only looks alike too`() throws {
    let shared = try graph {
      try $0.add(ActivationLayer(.sigmoid), as: "g", after: ["a"])
      try $0.add(ProductLayer(), as: "p", after: ["a", "g"])
      try $0.add(SumLayer(), as: "y", after: ["p", "g"])
    }
    let fused = try FuseActivationsRewrite().apply(to: shared)
    #expect(fused.nodes.map(\.id) == ["x", "a", "g", "p", "y"])
    let other = try graph {
      try $0.add(ActivationLayer(.sigmoid), as: "g", after: ["x"])
      try $0.add(
        DenseLayer(weight: Tensor.full([5, 4], 1, dtype: .float64)), as: "b", after: ["g"])
      try $0.add(ProductLayer(), as: "y", after: ["a", "b"])
    }
    #expect(try FuseActivationsRewrite().apply(to: other).nodes.last?.layer is ProductLayer)
  }
}
