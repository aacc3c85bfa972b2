import NNIModels
@testable import NNIGraph
import Foundation
import NNITestSupport
import Testing

/// Numbers at the ends of their range in every place that takes numbers.
struct ONNXExtremeTests {
  private typealias W = ONNXFileWriter

  private static let extremes = [
    Int.min, Int.min + 1, Int(Int32.min), -7, -1, 0, 1, 3, Int(Int32.max), 1 << 40, Int.max - 1,
    Int.max,
  ]

  /// Whether the file throws or runs; a crash ends the test.
  private func throwsOrRuns(_ writer: ONNXFileWriter) throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try writer.data.write(to: url)
      do {
        let model = try ONNXFormat.read(url)
        _ = model.graph.nodes.map(\.layer.settings)
        _ = try model.graph.forward(Tensor.full([2, 3, 6, 5], 0.5))
      } catch {
        #expect(error is InterpretabilityError, "\(error)")
      }
    }
  }

  private func file(_ nodes: [ProtoBytes], _ tensors: [ProtoBytes] = []) -> ONNXFileWriter {
    W(inputs: [("x", [0, 3, 6, 5])], nodes: nodes, tensors: tensors)
  }

  @Test(arguments: extremes)
  func `Attributes`(value: Int) throws {
    let weight = W.floats("w", [3, 3, 1, 1], [Float](repeating: 1, count: 9))
    let single = { W.attribute($0, int: value) }
    for name in ["group", "strides", "pads", "dilations", "kernel_shape", "output_padding"] {
      for type in ["Conv", "ConvTranspose", "MaxPool", "AveragePool"] {
        let count = name == "pads" ? 4 : 2
        var attributes =
          name == "group"
          ? [single(name)] : [W.attribute(name, ints: [Int](repeating: value, count: count))]
        if name != "kernel_shape" { attributes.append(W.attribute("kernel_shape", ints: [1, 1])) }
        for mode in ["NOTSET", "SAME_UPPER"] {
          let all = attributes + [W.attribute("auto_pad", text: mode)]
          let inputs = type.hasPrefix("Conv") ? ["x", "w"] : ["x"]
          try throwsOrRuns(file([W.node(type, inputs, ["y"], all)], [weight]))
        }
      }
    }
    for (type, name) in [
      ("LRN", "size"), ("Softmax", "axis"), ("Flatten", "axis"), ("Split", "axis"),
      ("Split", "num_outputs"), ("Cast", "to"), ("LogSoftmax", "axis"),
    ] { try throwsOrRuns(file([W.node(type, ["x"], ["y"], [single(name)])])) }
    try throwsOrRuns(file([W.node("Concat", ["x", "x"], ["y"], [single("axis")])]))
    for type in ["Squeeze", "Unsqueeze", "ReduceMean", "ReduceMax"] {
      var writer = file([W.node(type, ["x"], ["y"], [W.attribute("axes", ints: [value])])])
      writer.version = 11
      try throwsOrRuns(writer)
    }
    try throwsOrRuns(
      file([W.node("Transpose", ["x"], ["y"], [W.attribute("perm", ints: [0, value, 1, 2])])]))
  }

  @Test(arguments: extremes)
  func `Constant inputs of layers`(value: Int) throws {
    let list = { (count: Int) in W.integers("c", [Int](repeating: value, count: count)) }
    try throwsOrRuns(file([W.node("Reshape", ["x", "c"], ["y"])], [list(2)]))
    try throwsOrRuns(
      file([W.node("Reshape", ["x", "c"], ["y"])], [W.integers("c", [0, value, 3])]))
    try throwsOrRuns(
      file(
        [W.node("Pad", ["x", "c"], ["y"])], [W.integers("c", [0, 0, value, value, 0, 0, 1, value])])
    )
    for mode in ["reflect", "edge"] {
      try throwsOrRuns(
        file(
          [W.node("Pad", ["x", "c"], ["y"], [W.attribute("mode", text: mode)])],
          [W.integers("c", [0, 0, value, 1, 0, 0, 1, value])]))
    }
    let others = [W.integers("a", [2]), W.integers("o", [1])]
    try throwsOrRuns(file([W.node("Slice", ["x", "c", "o", "a"], ["y"])], [list(1)] + others))
    try throwsOrRuns(file([W.node("Slice", ["x", "o", "c", "a"], ["y"])], [list(1)] + others))
    try throwsOrRuns(file([W.node("Slice", ["x", "o", "a", "c"], ["y"])], [list(1)] + others))
    try throwsOrRuns(file([W.node("Slice", ["x", "o", "a", "a", "c"], ["y"])], [list(1)] + others))
    try throwsOrRuns(
      file([W.node("Gather", ["x", "c"], ["y"], [W.attribute("axis", int: 1)])], [list(1)]))
    try throwsOrRuns(
      file(
        [W.node("Split", ["x", "c"], ["y", "z"], [W.attribute("axis", int: 1)])], [list(2)]))
    try throwsOrRuns(
      file(
        [W.node("Resize", ["x", "", "", "c"], ["y"])], [W.integers("c", [1, 3, value, value])]))
    try throwsOrRuns(file([W.node("ReduceMean", ["x", "c"], ["y"])], [list(1)]))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, -1, 0, 1e30, 1e-30])
  func `Real numbers`(value: Float) throws {
    let tensor = W.floats("c", [4], [1, 1, value, value])
    let scalar = W.floats("s", [], [value])
    let roi = W.floats("r", [0], [])
    for mode in ["nearest", "linear"] {
      try throwsOrRuns(
        file(
          [W.node("Resize", ["x", "r", "c"], ["y"], [W.attribute("mode", text: mode)])],
          [tensor, roi]))
    }
    for type in ["Add", "Mul", "Div", "Pow", "Sub", "Max"] {
      try throwsOrRuns(file([W.node(type, ["x", "s"], ["y"])], [scalar]))
    }
    try throwsOrRuns(file([W.node("Clip", ["x", "s", "s"], ["y"])], [scalar]))
    for type in ["LRN", "LeakyRelu", "Elu", "HardSigmoid"] {
      let attributes = [
        W.attribute("alpha", float: value), W.attribute("beta", float: value),
        W.attribute("size", int: 3),
      ]
      try throwsOrRuns(file([W.node(type, ["x"], ["y"], attributes)]))
    }
    try throwsOrRuns(
      file(
        [W.node("Range", ["s", "t", "s"], ["c"]), W.node("Add", ["x", "c"], ["y"])],
        [scalar, W.floats("t", [], [5])]))
  }

  @Test(arguments: extremes)
  func `Programs on constants`(value: Int) throws {
    let c = W.integers("c", [value, value])
    let d = W.integers("d", [-1, 2])
    func program(_ type: String, _ inputs: [String], _ attributes: [ProtoBytes] = []) throws {
      try throwsOrRuns(
        file(
          [
            W.node(type, inputs, ["p"], attributes),
            W.node(
              "Cast", ["p"], ["q"],
              [
                W.attribute("to", int: 1)
              ]), W.node("Add", ["x", "q"], ["y"]),
          ], [c, d, W.integers("zero", [0]), W.integers("one", [1])]))
    }
    for type in ["Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Equal", "Less", "MatMul"] {
      try program(type, ["c", "d"])
      try program(type, ["d", "c"])
    }
    for type in ["ConstantOfShape", "Neg", "Shape", "Size", "Floor", "Not", "ReduceProd", "Sqrt"] {
      try program(type, ["c"])
    }
    for type in ["Expand", "Tile", "Reshape", "Gather", "Unsqueeze", "Squeeze", "ReduceSum"] {
      try program(type, ["d", "c"])
    }
    try program("Slice", ["d", "c", "c", "zero", "one"])
    try program("Slice", ["d", "zero", "one", "zero", "c"])
    try program("Slice", ["d", "one", "zero", "c", "one"])
    try program("Range", ["zero", "c", "one"])
    try program("Split", ["d", "c"], [W.attribute("axis", int: value)])
    try program("Concat", ["c", "d"], [W.attribute("axis", int: value)])
    try program("Gather", ["d", "zero"], [W.attribute("axis", int: value)])
    try program("Transpose", ["d"], [W.attribute("perm", ints: [value])])
    try program("Cast", ["d"], [W.attribute("to", int: value)])
  }
}
