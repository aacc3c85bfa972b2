import Foundation
import NNIMethods
import NNITestSupport
import Testing

@testable import NNIGraph
@testable import NNIModels

/// Functions, half precision, quantised networks and files of ONNX Runtime's optimiser, judged by ONNX Runtime.
struct QuantizedNetworkTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let inputs: [String]
    /// The largest difference: rounding alone, or one level of the grid.
    let tolerance: Double
    /// What the model's notes must speak of.
    let notes: [String]

    var testDescription: String { file }
  }

  static let cases: [Case] = {
    guard let data = try? Data(contentsOf: Fixture.url("quantized/cases.json")) else { return [] }
    return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
  }()

  static func tensors() throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixture.url("quantized/values.safetensors"))
  }

  static func input(_ model: Model, _ item: Case, _ tensors: SafetensorsFile) throws -> Tensor {
    guard !model.inputs.isEmpty else { return try tensors["\(item.file)/\(item.inputs[0])"] }
    var values: [String: Tensor] = [:]
    for part in model.inputs { values[part.name] = try tensors["\(item.file)/\(part.name)"] }
    return try model.joined(values)
  }

  @Test func `There are files of every kind`() {
    #expect(Self.cases.count >= 24)
  }

  @Test(arguments: cases)
  func `A file gives ONNX Runtime's values`(item: Case) throws {
    let tensors = try Self.tensors()
    let model = try Model(contentsOf: Fixture.url("quantized/\(item.file)"))
    let found = try model(Self.input(model, item, tensors))
    let expected = try tensors["\(item.file)/output"]
    #expect(found.shape == expected.shape)
    let distance = try (found - expected).magnitude().flattened().maximum(over: [0]).item()
    #expect(distance <= item.tolerance, "\(item.file): \(distance)")
    for note in item.notes {
      #expect(model.warnings.contains { $0.contains(note) }, "\(item.file): \(model.warnings)")
    }
    if item.notes.isEmpty { #expect(model.warnings.isEmpty) }
  }

  @Test(arguments: cases)
  func `A sample in a batch is what it is alone`(item: Case) throws {
    let tensors = try Self.tensors()
    let model = try Model(contentsOf: Fixture.url("quantized/\(item.file)"))
    let input = try Self.input(model, item, tensors)
    let first = try input.narrowed(axis: 0, to: 0..<1)
    try expectClose(
      model(first), model(input).narrowed(axis: 0, to: 0..<1), relative: 1e-5, absolute: 1e-5,
      "\(item.file)")
  }

  @Test func `Rounding has the derivative of what is not rounded`() throws {
    let layer = QuantizationLayer(
      scale: try Tensor([0.5], shape: [1]), zero: try Tensor([3.0], shape: [1]), levels: 0...15)
    let x = try Tensor([-2.0, -1.4, 0.24, 0.26, 0.25, 0.75, 5.9, 7.0], shape: [1, 8])
    // Ties go to the even neighbour: 0.25 / 0.5 is 0.5, and 0.75 / 0.5 is 1.5.
    #expect(try layer.forward([x]).doubles() == [0, 0, 3, 4, 3, 5, 15, 15])
    let tape = try Tape([x], layer.forward)
    let gradient = try tape.pullback(Tensor.full([1, 8], 1, dtype: .float64))[0]
    // −2 and 7 are clamped; −1.4 rounds to the lowest level itself.
    #expect(try gradient.doubles() == [0, 2, 2, 2, 2, 2, 2, 0])
    let values = QuantizationLayer(
      scale: layer.scale, zero: layer.zero, levels: 0...15, givesValues: true)
    #expect(try values.forward([x]).doubles() == [-1.5, -1.5, 0, 0.5, 0, 1, 6, 6])
    let through = try Tape([x], values.forward).pullback(
      Tensor.full([1, 8], 1, dtype: .float64))[0]
    #expect(try through.doubles() == [0, 1, 1, 1, 1, 1, 1, 0])
  }

  @Test func `The gradient of a quantised network is near that of the network`() throws {
    let tensors = try Self.tensors()
    let item = try #require(Self.cases.first { $0.file == "qdq-convnet.onnx" })
    let input = try Self.input(
      Model(contentsOf: Fixture.url("quantized/qdq-convnet.onnx")), item, tensors)
    func map(_ file: String) throws -> Tensor {
      let model = try Model(contentsOf: Fixture.url("quantized/\(file)"))
      return try Gradient().attribute(model, input: input, target: .class(1)).map.flattened()
    }
    let plain = try map("dynamo-plain.onnx")
    for file in ["qdq-convnet.onnx", "qlinear-convnet-channels.onnx", "dynamic-convnet.onnx"] {
      let own = try map(file)
      let cosine = try (own * plain).sum().item() / (own.norm() * plain.norm())
      #expect(cosine > 0.9, "\(file): \(cosine)")
    }
  }

  @Test func `Relevance passes levels`() throws {
    let tensors = try Self.tensors()
    for file in ["qdq-convnet.onnx", "qlinear-convnet.onnx", "dynamic-convnet.onnx"] {
      let item = try #require(Self.cases.first { $0.file == file })
      let model = try Model(contentsOf: Fixture.url("quantized/\(file)"))
      let input = try Self.input(model, item, tensors)
      #expect(
        !model.graph.nodes.contains {
          $0.layer.name == "Affine" && $0.layer.kind == .affine
            && ($0.layer as? AffineLayer)?.bias != nil
        }, "\(file)")
      let map = try DeepLIFT().attribute(model, input: input, target: .class(0))
      // Completeness: a rounding's multiplier is its own difference.
      #expect(map.ledger.residual.allSatisfy { abs($0) < 1e-3 }, "\(file): \(map.ledger.residual)")
    }
  }

  @Test func `A function that calls itself is refused`() throws {
    let functions = [("f", "g"), ("g", "f")].map { own, other in
      ProtoBytes().text(1, own).text(4, "a").text(5, "b")
        .message(7, ONNXFileWriter.node(other, ["a"], ["b"], domain: "local")).text(10, "local")
    }
    let error = try refusal(
      ONNXFileWriter(
        nodes: [ONNXFileWriter.node("f", ["x"], ["y"], domain: "local")], functions: functions))
    #expect(error?.message.contains("“local::f” of the file calls itself, by way of") == true)
  }

  @Test func `Functions that double each other are refused`() throws {
    let functions = (0..<40).map { index in
      let next = index == 39 ? "Relu" : "f\(index + 1)"
      let domain = index == 39 ? "" : "local"
      return ProtoBytes().text(1, "f\(index)").text(4, "a").text(5, "b")
        .message(7, ONNXFileWriter.node(next, ["a"], ["c"], domain: domain))
        .message(7, ONNXFileWriter.node(next, ["c"], ["b"], domain: domain)).text(10, "local")
    }
    let error = try refusal(
      ONNXFileWriter(
        nodes: [ONNXFileWriter.node("f0", ["x"], ["y"], domain: "local")], functions: functions))
    #expect(error?.message.contains("nodes when they are written inline") == true)
  }

  private func refusal(_ file: ONNXFileWriter) throws -> InterpretabilityError? {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try file.data.write(to: url)
      return #expect(throws: InterpretabilityError.self) { try ONNXFormat.read(url) }
    }
  }
}
