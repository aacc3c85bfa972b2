import Foundation
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIMethods
@testable import NNIModels

/// All that keeps a file from being read is told at once.
struct ONNXBlockersTests {
  private typealias W = ONNXFileWriter

  private func message(_ writer: ONNXFileWriter) throws -> String {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try writer.data.write(to: url)
      let error = try #require(throws: InterpretabilityError.self) { try ONNXFormat.read(url) }
      return error.description
    }
  }

  @Test func `Nodes are listed by reason, also behind others`() throws {
    let text = try message(
      W(nodes: [
        W.node("Relu", ["x"], ["r"], name: "unharmed"),
        W.node("Unique", ["r"], ["a"], name: "e1"), W.node("DeformConv", ["a"], ["b"], name: "l"),
        W.node("Unique", ["b"], ["c"], name: "e2"), W.node("Tanh", ["c"], ["d"], name: "t"),
        W.node("Add", ["d", "r"], ["y"], name: "s"),
      ]))
    #expect(text.hasPrefix("2 things stand in the way: nodes e1, e2: the operator Unique"))
    #expect(text.contains("node l: the operator DeformConv is not supported"))
    #expect(!text.contains("node t") && !text.contains("unharmed") && !text.contains("node s"))
    #expect(text.components(separatedBy: "supported are").count == 2)
  }

  @Test func `Inputs are told with operators`() throws {
    let text = try message(
      W(inputType: 8, nodes: [W.node("DeformConv", ["x"], ["y"], name: "g")]))
    #expect(text.contains("“x”") && text.contains("string"))
    #expect(text.contains("node g") && text.contains("DeformConv"))
  }

  @Test func `A constant with another row for each sample is refused`() throws {
    let rows = W.floats("c", [2, 4], [1, 2, 3, 4, 1, 2, 3, 5])
    let text = try message(
      W(
        inputs: [("x", [2, 4])], nodes: [W.node("Add", ["x", "c"], ["y"], name: "a")],
        tensors: [rows]))
    #expect(text.contains("node a") && text.contains("[2, 4]") && text.contains("dynamic batch"))
  }

  @Test func `One alone is told as it is`() throws {
    let text = try message(W(nodes: [W.node("Unique", ["x"], ["y"], name: "e1")]))
    #expect(text.hasPrefix("node e1: the operator Unique is not supported"))
  }

  @Test func `Samples that are mixed are refused by name`() throws {
    let transpose = W.node("Transpose", ["x"], ["t"], name: "t")
    let text = try message(
      W(nodes: [transpose, W.node("LRN", ["t"], ["y"], name: "n")]))
    #expect(text.contains("node n") && text.contains("where they lie along the first"))
  }

  /// Two rows of each sample.
  private struct FoldLayer: Layer {
    var kind: LayerKind { .structural }

    func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].reshaped([-1, 2]) }
  }

  @Test func `A network that makes more rows than samples says where`() throws {
    var graph = Graph(input: "x")
    try graph.add(ActivationLayer(.relu), as: "r", after: ["x"])
    try graph.add(FoldLayer(), as: "fold", after: ["r"])
    try graph.add(ActivationLayer(.tanh), as: "y", after: ["fold"])
    let model = try Model(graph)
    let input = try Tensor.full([3, 4], 0.5)
    let forward = try #require(throws: InterpretabilityError.self) { try model(input) }
    #expect(forward.node == "fold" && forward.message.contains("[6, 2] for 3 samples"))
    let backward = try #require(throws: InterpretabilityError.self) {
      try Gradient().attribute(model, input: input, target: .class(1))
    }
    #expect(backward.node == "fold")
  }
}
