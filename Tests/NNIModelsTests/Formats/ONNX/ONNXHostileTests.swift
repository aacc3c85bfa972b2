import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Broken and hostile files: always an error of one sentence, never a crash.
struct ONNXHostileTests {
  private typealias W = ONNXFileWriter

  /// Reads the bytes as a file and, if that works, runs the network.
  private func open(_ data: Data, _ shape: [Int] = [2, 4]) throws -> Tensor {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try data.write(to: url)
      let model = try ONNXFormat.read(url)
      return try model.graph.forward(Tensor.full(shape, 0.5))
    }
  }

  private func message(_ writer: ONNXFileWriter, _ shape: [Int] = [2, 4]) throws -> String {
    let error = try #require(throws: InterpretabilityError.self) { try open(writer.data, shape) }
    return error.description
  }

  @Test func `What is no ONNX file is refused`() throws {
    var noise = SeededNumbers(3)
    let random = Data((0..<4096).map { _ in UInt8(noise.uniform() * 255) })
    let jpeg = Data([0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, 0x4A, 0x46, 0x49, 0x46]) + random
    for data in [Data(), random, jpeg, Data("{}".utf8), Data(repeating: 0, count: 64)] {
      #expect(throws: InterpretabilityError.self) { try open(data) }
    }
    #expect(throws: InterpretabilityError.self) {
      try ONNXFormat.read(URL(filePath: "/nowhere/net.onnx"))
    }
    #expect(throws: InterpretabilityError.self) {
      try ONNXFormat.read(Fixture.url("onnx"))
    }
  }

  @Test(arguments: [1, 8, 26, Int.max])
  func `Other versions are named`(version: Int) throws {
    let text = try message(W(version: version, nodes: [W.node("Relu", ["x"], ["y"])]))
    #expect(text.contains("version \(version)"))
  }

  @Test func `What is not supported is named with its place`() throws {
    let unknown = try message(W(nodes: [W.node("NonMaxSuppression", ["x"], ["y"], name: "e1")]))
    #expect(unknown.contains("node e1") && unknown.contains("NonMaxSuppression"))
    #expect(unknown.contains("BatchNormalization, ") && unknown.contains("Relu"))
    let domain = W.node("Gelu", ["x"], ["y"], name: "g", domain: "com.example")
    #expect(try message(W(nodes: [domain])).contains("com.example"))
    for (type, name) in [(14, "complex64"), (8, "string"), (4, "uint16"), (99, "number 99")] {
      let tensor = W.tensor("w", [1], type: type, raw: Data(count: 8))
      let text = try message(W(nodes: [W.node("Add", ["x", "w"], ["y"])], tensors: [tensor]))
      #expect(text.contains("“w”") && text.contains(name), "\(text)")
    }
    let two = W(
      inputs: [("x", [0, 4]), ("z", [0, 4])], nodes: [W.node("Add", ["x", "z"], ["y"])])
    #expect(try message(two).contains("side by side"))
    let mask = W(nodes: [
      W.node("Dropout", ["x"], ["d", "m"], name: "drop"), W.node("Add", ["d", "m"], ["y"]),
    ])
    #expect(try message(mask).contains("“m”"))
    let words = W(inputType: 8, nodes: [W.node("Relu", ["x"], ["y"])])
    #expect(try message(words).contains("string"))
  }

  @Test(arguments: [
    [-1], [Int.max], [Int.max, Int.max], [1 << 40, 1 << 40, 0], [3], [0], [1 << 33],
    [Int](repeating: 1, count: 2000),
  ])
  func `Tensors whose size is not that of their data are refused`(dims: [Int]) throws {
    let tensor = W.tensor("w", dims, type: 1, raw: Data(count: 8))
    let text = try message(W(nodes: [W.node("Add", ["x", "w"], ["y"])], tensors: [tensor]))
    #expect(text.contains("“w”"))
  }

  @Test func `Graphs that cannot be are refused and unsorted ones are sorted`() throws {
    let relu = { W.node("Relu", [$0], [$1]) }
    #expect(
      try message(W(nodes: [relu("b", "a"), relu("a", "b"), relu("a", "y")])).contains("cycle"))
    #expect(try message(W(nodes: [relu("y", "y")])).contains("cycle"))
    #expect(try message(W(nodes: [relu("q", "y")])).contains("“q”"))
    #expect(try message(W(nodes: [relu("x", "y"), relu("x", "y")])).contains("twice"))
    #expect(try message(W(nodes: [relu("x", "x")])).contains("twice"))
    #expect(try message(W(nodes: [relu("x", "z")])).contains("“y”"))
    #expect(try message(W(outputs: ["x"], nodes: [])).contains("does not depend"))
    #expect(try message(W(nodes: [W.node("Relu", [], ["y"])])).contains("not depend"))
    #expect(try message(W(nodes: [W.node("Mul", ["x", ""], ["y"])])).contains("Mul"))
    #expect(try message(W(nodes: [W.node("Relu", ["x", "x"], ["y"])])).contains("Relu"))
    let deep = (0..<20_000).map {
      relu($0 == 0 ? "x" : "v\($0)", $0 == 19_999 ? "y" : "v\($0 + 1)")
    }
    #expect(try open(W(nodes: deep.reversed()).data).shape == [2, 4])
    let clash = W(nodes: [
      W.node("Relu", ["x"], ["a"], name: "n"), W.node("Tanh", ["a"], ["y"], name: "n"),
    ])
    #expect(try open(clash.data).shape == [2, 4])
  }

  @Test func `Attributes of another type are refused`() throws {
    let conv = W.node("LeakyRelu", ["x"], ["y"], name: "n", [W.attribute("alpha", text: "big")])
    #expect(try message(W(nodes: [conv])).contains("alpha"))
    let twice = W.node(
      "Softmax", ["x"], ["y"], [W.attribute("axis", int: 1), W.attribute("axis", int: 1)])
    #expect(try message(W(nodes: [twice])).contains("twice"))
  }

  @Test(arguments: ["../w", "/etc/passwd", "a/../../w", "", "w\\v", "missing", "."])
  func `External data stay inside the folder`(location: String) throws {
    let entry = ProtoBytes().text(1, "location").text(2, location)
    let tensor = ProtoBytes().varint(1, 4).varint(2, 1).text(8, "w").message(13, entry)
      .varint(14, 1)
    let text = try message(W(nodes: [W.node("Add", ["x", "w"], ["y"])], tensors: [tensor]))
    #expect(text.contains("“w”"))
  }

  @Test func `Deep nesting is refused`() throws {
    var graph = ProtoBytes()
    for _ in 0..<500 {
      let attribute = ProtoBytes().text(1, "then_branch").message(6, graph).varint(20, 5)
      graph = ProtoBytes().message(1, W.node("If", ["x"], ["y"], [attribute]))
        .message(12, ProtoBytes().text(1, "y"))
    }
    let data = ProtoBytes().varint(1, 8).message(7, graph)
      .message(8, ProtoBytes().varint(2, 17)).data
    #expect(throws: InterpretabilityError.self) { try open(data) }
  }
}
