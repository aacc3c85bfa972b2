import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Whole files, judged by what torch, onnxruntime and scikit-learn compute.
struct ONNXFormatTests {
  private struct Expected: Decodable {
    struct Case: Decodable, Sendable {
      let file: String
      let shape: [Int]
      let input: [Double]
      let outputShape: [Int]
      let output: [Double]
      let tolerance: Double
    }

    let cases: [Case]
  }

  private func expected() throws -> [Expected.Case] {
    let data = try Data(contentsOf: Fixture.url("onnx/expected.json"))
    return try JSONDecoder().decode(Expected.self, from: data).cases
  }

  /// With the softmax that ``Model`` takes off.
  private func output(_ model: Model, _ input: Tensor) throws -> Tensor {
    let logits = try model(input)
    return model.endsInSoftmax ? try logits.softmax(along: -1) : logits
  }

  @Test func `Files of several exporters give the outputs of the original`() throws {
    let cases = try expected()
    #expect(cases.count == 16)
    for item in cases {
      let model = try ONNXFormat.read(Fixture.url("onnx/\(item.file)"))
      let double = try output(
        model.converted(to: .float64), Tensor(item.input, shape: item.shape))
      try expectClose(
        double, Tensor(item.output, shape: item.outputShape), relative: item.tolerance,
        absolute: item.tolerance, "\(item.file)")
      let single = try output(model, Tensor(item.input, shape: item.shape, dtype: .float32))
      #expect(single.dtype == .float32)
      try expectClose(single, double, relative: 1e-4, absolute: 1e-5, "\(item.file)")
    }
  }

  @Test func `The batch stays open in a file with a fixed one`() throws {
    for item in try expected() where item.file.contains("mixed") {
      let model = try ONNXFormat.read(Fixture.url("onnx/\(item.file)")).converted(to: .float64)
      let input = try Tensor(item.input, shape: item.shape)
      let one = try model(input.narrowed(axis: 0, to: 1..<2))
      try expectClose(
        one, try model(input).narrowed(axis: 0, to: 1..<2), relative: 1e-12, "\(item.file)")
      let many = try model(Tensor.concatenated([input, input, input], axis: 0))
      #expect(many.shape == [6, 4])
    }
  }

  @Test func `Golden networks give torch's logits in float64`() throws {
    struct Case: Decodable {
      let model: String
      let input: String
      let method: String
      let expected: String
    }
    let folder = Fixture.url("golden")
    let tensors = try SafetensorsFile(contentsOf: folder.appending(path: "tensors.safetensors"))
    let data = try Data(contentsOf: folder.appending(path: "cases.json"))
    let cases = try JSONDecoder().decode([Case].self, from: data).filter { $0.method == "forward" }
    #expect(cases.count == 7)
    for item in cases {
      let model = try ONNXFormat.read(folder.appending(path: item.model)).converted(to: .float64)
      let logits = try model(tensors[item.input].converted(to: .float64))
      try expectClose(
        logits, tensors[item.expected].converted(to: .float64), relative: 1e-9, "\(item.model)")
    }
  }

  @Test func `Spelled-out activations are put together`() throws {
    let model = try ONNXFormat.read(Fixture.url("onnx/activations-11.onnx"))
    #expect(!model.graph.nodes.contains { $0.layer is ProductLayer || $0.layer is AffineLayer })
    let functions = model.graph.nodes.compactMap { ($0.layer as? ActivationLayer)?.function }
    for wanted in [
      ActivationLayer.Function.gelu(isApproximate: false), .gelu(isApproximate: true), .hardSwish,
      .mish, .softplus,
    ] { #expect(functions.contains(wanted)) }
  }

  @Test func `The description of the input comes from metadata, the card or the shape`() throws {
    let inner = try ONNXFormat.read(Fixture.url("onnx/half.onnx"))
    #expect(
      inner.inputSpec
        == InputSpec(
          size: [6, 5], channels: .grey, mean: [0.5], std: [0.25], labels: ["a", "b", "c"]))
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.onnx")
      try FileManager.default.copyItem(at: Fixture.url("onnx/mixed-fixed-13.onnx"), to: url)
      let plain = try ONNXFormat.read(url)
      #expect(plain.inputSpec == InputSpec(size: [10, 9]))
      #expect(plain.name == "net")
      let card = folder.appending(path: "net.json")
      try Data(#"{"name": "N", "input": {"labels": ["a"]}}"#.utf8).write(to: card)
      let labelled = try ONNXFormat.read(url)
      #expect(labelled.inputSpec == InputSpec(size: [10, 9], labels: ["a"]))
      #expect(labelled.name == "N")
      try Data(#"{"input": {"size": 3}}"#.utf8).write(to: card)
      #expect(throws: InterpretabilityError.self) { try ONNXFormat.read(url) }
    }
  }

  @Test func `A file is opened by its content and has its digest`() throws {
    try Fixture.withTemporaryFolder { folder in
      let url = folder.appending(path: "net.bin")
      try FileManager.default.copyItem(at: Fixture.url("onnx/norms-17.onnx"), to: url)
      let model = try Model(contentsOf: url)
      #expect(model.endsInSoftmax)
      #expect(model.digest == SHA256.hexDigest(of: try Data(contentsOf: url)))
    }
  }

  @Test func `Nodes keep their names`() throws {
    let graph = try ONNXFormat.read(Fixture.url("golden/models/resnet-mini.onnx")).graph
    #expect(graph.nodes.count == 24)
    #expect(graph.input == "input")
    #expect(graph.nodes.dropFirst().allSatisfy { $0.id.name.hasPrefix("/") })
    let unnamed = try ONNXFormat.read(Fixture.url("onnx/keras-like-9.onnx")).graph
    #expect(unnamed.nodes.map(\.id.name) == ["x", "c", "r", "d", "p", "t", "f", "y"])
  }
}
