import NNIModels
import Foundation
import NNITestSupport
import Testing

/// Damaged files of every format: each is a value or an ``InterpretabilityError``, never a crash.
///
/// 300 files of each format; `NNI_FUZZ_COUNT=10000` for more, best in a release build.
@Suite struct FormatFuzzTests {
  /// A file format and valid files of it to damage.
  struct Format: Sendable, CustomTestStringConvertible {
    let name: String
    /// Paths under `Fixtures`.
    let files: [String]
    /// Opens a file that is called `name`, and reads all that is in it.
    let read: @Sendable (_ data: Data, _ name: String) throws -> Void

    var testDescription: String { name }
  }

  static let formats = [
    Format(
      name: "PyTorch, zip archive",
      files: ["zip-2", "zip-4", "zip64", "nested", "evil"].map { "pytorch/\($0).pt" }
    ) { data, name in try readAll(PyTorchFile(data: data, name: name), size: data.count) },
    Format(
      name: "PyTorch, before 1.6",
      files: ["legacy-2", "legacy-4", "views-legacy", "python2-legacy", "evil-legacy"].map {
        "pytorch/\($0).pt"
      }
    ) { data, name in try readAll(PyTorchFile(data: data, name: name), size: data.count) },
    Format(name: "safetensors", files: ["pytorch/expected.safetensors"]) { data, name in
      _ = try SafetensorsFile(data: data, name: name).tensors()
    },
    Format(
      name: "idx", files: ["data/four-images-idx3-ubyte", "data/four-images-idx3-ubyte.gz"]
    ) { data, name in
      let tensor = try IDXFile(data: data, name: name).tensor()
      #expect(tensor.count <= max(data.count * 1100, 1))
    },
    Format(
      name: "ONNX",
      files: [
        "mixed-torchscript-17", "pooling-13", "keras-like-9", "norms-11", "mixed-dynamo-18",
      ].map { "onnx/\($0).onnx" }
    ) { data, name in
      try Fixture.withTemporaryFolder { folder in
        let url = folder.appending(path: "net.onnx")
        try data.write(to: url)
        let model = try ONNXFormat.read(url)
        _ = try model.graph.forward(
          Tensor.full(name.contains("norms") ? [2, 2, 9] : [2, 3, 11, 10], 0.5))
      }
    },
    Format(
      name: "ONNX, loops and open sizes",
      files: ["rate", "loop", "loop-while", "indices", "largest", "film-pool"].map {
        "onnx/open/\($0).onnx"
      }
    ) { data, _ in
      try Fixture.withTemporaryFolder { folder in
        let url = folder.appending(path: "net.onnx")
        try data.write(to: url)
        let model = try ONNXFormat.read(url)
        guard model.inputs.isEmpty, let shape = model.sampleShape else { return }
        _ = try model(Tensor.full([2] + shape.map { min($0, 9) }, 0.5))
      }
    },
    Format(
      name: "ONNX, quantised and with functions",
      files: [
        "functions-nested", "functions-onnxscript", "qdq-convnet", "qlinear-convnet", "integers",
        "dynamic-lstm", "blocks-int4", "weights-nbits", "optimised-convnet-all",
      ].map { "quantized/\($0).onnx" }
    ) { data, _ in
      try Fixture.withTemporaryFolder { folder in
        let url = folder.appending(path: "net.onnx")
        try data.write(to: url)
        let model = try ONNXFormat.read(url)
        guard let shape = model.sampleShape, shape.reduce(1, *) <= 1 << 16 else { return }
        _ = try model.graph.forward(Tensor.full([2] + shape, 0.5))
      }
    },
    Format(
      name: "torch.export",
      files: ["residual", "windows", "lstm", "grouped-decomposed", "depthwise"].map {
        "pt2/\($0).pt2"
      }
    ) { data, _ in
      try Fixture.withTemporaryFolder { folder in
        let url = folder.appending(path: "net.pt2")
        try data.write(to: url)
        _ = try PT2Format.read(url)
      }
    },
  ]

  private static var count: Int {
    ProcessInfo.processInfo.environment["NNI_FUZZ_COUNT"].flatMap { Int($0) } ?? 300
  }

  /// Tensors that are not much larger than the file are read; all must be within the limit.
  private static func readAll(_ file: PyTorchFile, size: Int) throws {
    var total = 0
    for name in file.names {
      let entry = try file.entry(named: name)
      let bytes = entry.shape.reduce(1, *) * entry.dtype.byteCount
      total += bytes
      if bytes <= 1 << 20 { #expect(try file[name].shape == entry.shape) }
    }
    #expect(total <= size + 4 << 30)
  }

  @Test(arguments: formats)
  func `Damaged files are values or errors`(format: Format) throws {
    let originals = try format.files.map { try Data(contentsOf: Fixture.url($0)) }
    let start = ContinuousClock.now
    var accepted = 0
    var slowest = Duration.zero
    for round in 0..<Self.count {
      let index = round % originals.count
      var mutation = Mutation(seed: 2021, round: round)
      let data = mutation.damaged(
        originals[index], other: originals[(round / originals.count) % originals.count])
      let begin = ContinuousClock.now
      do {
        try format.read(data, format.files[index])
        accepted += 1
      } catch let error as InterpretabilityError {
        let lines = error.message.split(whereSeparator: \.isNewline)
        #expect(lines.count == 1, "round \(round): \(error.message)")
      } catch {
        Issue.record("round \(round): \(error) is no InterpretabilityError")
      }
      slowest = max(slowest, ContinuousClock.now - begin)
    }
    // A damage that never matters, or always does, tests nothing.
    #expect((1..<Self.count).contains(accepted))
    #expect(slowest < .seconds(60))
    if Self.count > 300 {
      print(
        "\(format.name): \(Self.count) files, \(accepted) read, \(ContinuousClock.now - start), "
          + "slowest \(slowest)")
    }
  }
}
