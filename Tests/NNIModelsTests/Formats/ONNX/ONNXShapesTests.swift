import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Shapes that a file computes from its input.
struct ONNXShapesTests {
  private typealias W = ONNXFileWriter

  private func read(_ writer: ONNXFileWriter, card: String? = nil) throws -> Model {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try writer.data.write(to: url)
      if let card { try Data(card.utf8).write(to: folder.appending(path: "net.json")) }
      return try ONNXFormat.read(url)
    }
  }

  /// `x.view(x.shape[0], k)`, where `k` is computed by `type` from the shape and a constant.
  private func view(_ type: String, of axis: Int, _ constant: Int, input: [Int]) -> W {
    W(
      inputs: [("x", input)],
      nodes: [
        W.node("Shape", ["x"], ["s"]),
        W.node("Gather", ["s", "zero"], ["n"]),
        W.node("Gather", ["s", "axis"], ["e"]),
        W.node(type, ["e", "c"], ["k"], name: "op"),
        W.node("Concat", ["n", "k", "rest"], ["t"], [W.attribute("axis", int: 0)]),
        W.node("Reshape", ["x", "t"], ["y"]),
      ],
      tensors: [
        W.integers("zero", [0]), W.integers("axis", [axis]), W.integers("c", [constant]),
        W.integers("rest", [-1]),
      ])
  }

  @Test func `Extents are known and the batch stays open`() throws {
    let model = try read(view("Div", of: 1, 2, input: [0, 6, 4, 3]))
    #expect(model.graph.nodes.map(\.layer.name) == ["Input", "Reshape"])
    #expect(try model.graph.forward(Tensor.full([5, 6, 4, 3], 1)).shape == [5, 3, 24])
  }

  @Test func `What is computed with the batch is that of one sample`() throws {
    let model = try read(view("Mul", of: 0, 2, input: [0, 6, 4, 3]))
    #expect(try model.graph.forward(Tensor.full([5, 6, 4, 3], 1)).shape == [5, 2, 36])
  }

  @Test func `An open size comes from the card, is a standard, and is that of what comes in`()
    throws
  {
    let file = view("Div", of: 2, 2, input: [0, 3, 0, 0])
    #expect(try read(file).sampleShape == [3, 224, 224])
    let model = try read(file, card: #"{"input": {"size": [8, 5]}}"#)
    #expect(try model.graph.forward(Tensor.full([2, 3, 8, 5], 1)).shape == [2, 4, 30])
    #expect(try model(Tensor.full([2, 3, 8, 5], 1)).shape == [2, 4, 30])
    #expect(try model(Tensor.full([2, 3, 6, 5], 1)).shape == [2, 3, 30])
  }

  @Test(arguments: [[5, -1], [-1, 2, -1], [-2, 3], [], [3, 8]])
  func `A shape that divides samples is refused`(target: [Int]) throws {
    let file = W(
      inputs: [("x", [2, 3, 4])], nodes: [W.node("Reshape", ["x", "t"], ["y"])],
      tensors: [W.integers("t", target)])
    #expect(throws: InterpretabilityError.self) { try read(file) }
  }

  @Test(arguments: [[1, 12], [-1, 12], [0, -1], [1, 4, -1]])
  func `A shape that keeps the batch is taken`(target: [Int]) throws {
    let file = W(
      inputs: [("x", [1, 3, 4])], nodes: [W.node("Reshape", ["x", "t"], ["y"])],
      tensors: [W.integers("t", target)])
    let shape = try read(file).graph.forward(Tensor.full([2, 3, 4], 1)).shape
    #expect(shape == (target.count == 2 ? [2, 12] : [2, 4, 3]))
  }

  /// Windows are folded into the batch and unfolded again, here of an export with two samples.
  @Test(arguments: [0, 1, 2])
  func `Samples that share an axis are told apart`(batch: Int) throws {
    let samples = max(batch, 1)
    let file = W(
      inputs: [("x", [batch, 4, 3])],
      nodes: [
        W.node("Reshape", ["x", "windows"], ["w"]), W.node("Softmax", ["w"], ["s"]),
        W.node("Reshape", ["s", "whole"], ["y"]),
      ],
      tensors: [
        W.integers("windows", [samples * 2, 2, 3]), W.integers("whole", [samples, 4, 3]),
      ])
    let graph = try read(file).graph
    let x = try Tensor((0..<60).map { sin(Double($0)) }, shape: [5, 4, 3])
    let wanted = try x.softmax(along: 2)
    let found = try graph.trace(x, to: "y")["y"]
    #expect(try (found - wanted).norm() < 1e-6)
  }

  /// Tokens are folded into the batch and normalised by channels, as LeViT does.
  @Test(arguments: ["Reshape", "Flatten"])
  func `Batch norm of folded tokens is each channel's`(type: String) throws {
    let fold =
      type == "Reshape"
      ? W.node("Reshape", ["x", "tokens"], ["t"])
      : W.node("Flatten", ["x"], ["t"], [W.attribute("axis", int: 2)])
    let file = W(
      version: 15, inputs: [("x", [0, 4, 2])],
      nodes: [
        fold,
        W.node("BatchNormalization", ["t", "s", "b", "m", "v"], ["n"]),
        W.node("Reshape", ["n", "whole"], ["y"]),
      ],
      tensors: [
        W.integers("tokens", [4, 2]), W.integers("whole", [1, 4, 2]),
        W.floats("s", [2], [2, 3]), W.floats("b", [2], [1, -1]), W.floats("m", [2], [0.5, 0.25]),
        W.floats("v", [2], [4, 9]),
      ])
    let x = try SeededNumbers.tensor([3, 4, 2], seed: 2)
    let found = try read(file).graph.forward(x.converted(to: .float32)).doubles()
    for (index, value) in try x.doubles().enumerated() {
      let wanted =
        index % 2 == 0
        ? 2 * (value - 0.5) / 4.00001.squareRoot() + 1
        : 3 * (value - 0.25) / 9.00001.squareRoot() - 1
      #expect(abs(found[index] - wanted) < 1e-5)
    }
  }

  @Test func `A batch's axis that is taken away comes back`() throws {
    let file = W(
      version: 13, inputs: [("x", [1, 3])],
      nodes: [
        W.node("Squeeze", ["x", "first"], ["s"]), W.node("Softmax", ["s"], ["p"]),
        W.node("Unsqueeze", ["p", "first"], ["y"]),
      ], tensors: [W.integers("first", [0])])
    let x = try SeededNumbers.tensor([4, 3], seed: 3)
    let graph = try read(file).graph
    let found = try graph.trace(x, to: "y")["y"].reshaped([4, 3])
    #expect(try (found - x.softmax(along: 1)).norm() < 1e-12)
  }

  @Test func `Values beside each other along the batch's axis are each sample's own`() throws {
    let file = W(
      version: 13, inputs: [("x", [0, 3])],
      nodes: [
        W.node("Neg", ["x"], ["n"]),
        W.node("Concat", ["x", "n"], ["two"], [W.attribute("axis", int: 0)]),
        W.node("ReduceMax", ["two"], ["y"], [W.attribute("axes", ints: [0])]),
      ])
    let x = try Tensor([1.0, -2, 3, -4, 5, -6], shape: [2, 3])
    #expect(try read(file).graph.forward(x).doubles() == [1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: ["ReduceMean", "Softmax"])
  func `Nothing is done across samples`(type: String) throws {
    let attributes =
      type == "ReduceMean"
      ? [W.attribute("axes", ints: [-3])] : [W.attribute("axis", int: -3)]
    let file = W(
      version: 13, inputs: [("x", [0, 3, 4])], nodes: [W.node(type, ["x"], ["y"], attributes)])
    #expect(throws: InterpretabilityError.self) {
      // A final softmax is taken off: look at the graph's last node itself.
      let graph = try read(file).graph
      _ = try graph.trace(Tensor.full([2, 3, 4], 1), to: graph.nodes.last?.id)
    }
  }
}
