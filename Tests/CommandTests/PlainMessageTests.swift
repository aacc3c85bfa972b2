import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// Bad input of many kinds: no message is a library's.
@Suite struct PlainMessageTests {
  private static let model = Fixture.url("golden/models/vgg-mini.onnx").path
  private static let tensors = Fixture.url("golden/tensors.safetensors").path

  /// What libraries' texts are known by.
  private static let marks = [
    "aten::", "nni::", "at::", "c10", "Cocoa", "NSPOSIX", "Error Domain", "Cannot initialize",
    "codingPath",
    "CodingKey", "debugDescription", "DecodingError", "dataCorrupted", "keyNotFound",
    "typeMismatch",
    "Swift.", ".cpp", "Optional(", "BinaryDecoding", "TorchError",
  ]

  private func foreign(_ text: String) -> [String] { Self.marks.filter { text.contains($0) } }

  /// Files that are wrong in one way each.
  private static let files: [String: String] = [
    "truncated.json": "{\"input\": {", "list.json": "[1, 2]", "null.json": "null",
    "channels.json": "{\"input\": {\"channels\": \"mauve\"}}",
    "interpolation.json": "{\"input\": {\"interpolation\": 3}}",
    "fraction.json": "{\"input\": {\"size\": [2.5, 3]}}",
    "big.json": "{\"input\": {\"size\": [1e40, 3]}}", "rules.json": "{\"rules\": 3}",
    "rule.json": "{\"rules\": [{\"kind\": \"sofa\", \"rule\": \"flat\"}]}",
    "cases.json": "[{\"id\": 1}]", "object.json": "{\"a\": 1}",
    "bytes.safetensors": "\u{8}\0\0\0\0\0\0\0{\"a\": 1}", "text.pt": "nothing", "text.onnx": "x",
  ]

  private static let commands: [[String]] = [
    ["attribute", model, "--input", tensors + "#vgg-mini/logits", "--method", "gradient"],
    ["attribute", model, "--input", tensors + "#vgg-mini/nothing", "--method", "gradient"],
    ["attribute", model, "--input", "missing.safetensors", "--method", "gradient"],
    ["attribute", model, "--input", "bytes.safetensors", "--method", "gradient"],
    ["attribute", model, "--input", "text.pt", "--method", "gradient"],
    ["attribute", model, "--input", ".", "--method", "gradient"],
    ["attribute", model, "--input", "wide.safetensors#x", "--method", "gradient"],
    ["attribute", model, "--input", "small.safetensors#x", "--method", "grad-cam"],
    ["attribute", model, "--input", "deep.safetensors#x", "--method", "occlusion"],
    ["attribute", model, "--input", "int.safetensors#x", "--method", "integrated-gradients"],
    ["attribute", model, "--input", "row.safetensors#x", "--method", "lrp-epsilon"],
    [
      "attribute", model, "--input", tensors + "#vgg-mini/input", "--method",
      "lrp-composite:rules=rules.json",
    ],
    [
      "attribute", model, "--input", tensors + "#vgg-mini/input", "--method",
      "lrp-composite:rules=rule.json",
    ],
    [
      "attribute", model, "--input", tensors + "#vgg-mini/input", "--method",
      "lrp-composite:rules=missing.json",
    ],
    [
      "attribute", model, "--input", tensors + "#vgg-mini/input", "--method",
      "lrp-composite:rules={\"rules\": [7]}",
    ],
    [
      "attribute", model, "--input", tensors + "#vgg-mini/input", "--method",
      "integrated-gradients:baseline-key=missing",
    ],
    ["attribute", "--cases", "cases.json", "--tensors", tensors],
    ["attribute", "--cases", "object.json", "--tensors", tensors],
    ["attribute", "--cases", "truncated.json", "--tensors", tensors],
    ["attribute", "--cases", "missing.json", "--tensors", tensors],
    ["predict", "text.onnx", "--input", tensors + "#vgg-mini/input"],
    ["predict", "text.pt", "--input", tensors + "#vgg-mini/input"],
    ["predict", "missing.onnx", "--input", tensors + "#vgg-mini/input"],
    ["predict", model, "--input", "row.safetensors#x"],
    ["predict", model, "--input", "scalar.safetensors#x"],
    ["plan", model, "--method", "gradient", "--shape", "1,3,1,1"],
    ["plan", model, "--method", "occlusion", "--shape", "7"],
    ["inspect", "."],
  ]

  private func prepare(_ folder: URL) throws {
    for (name, text) in Self.files {
      try Data(text.utf8).write(to: folder.appending(path: name))
    }
    let shapes = [
      "wide": [1, 4, 32, 32], "small": [1, 3, 2, 2], "deep": [1, 3, 4, 4, 4], "row": [7],
      "scalar": [], "int": [1, 3, 5, 5],
    ]
    for (name, shape) in shapes {
      let ones = try Tensor.full(shape, 1, dtype: name == "int" ? .int64 : .float32)
      try SafetensorsFile.write(
        tensors: [("x", ones)], to: folder.appending(path: "\(name).safetensors"))
    }
  }

  @Test(arguments: commands) func noMessageIsALibrarys(command: [String]) throws {
    try Fixture.withTemporaryFolder { folder in
      try prepare(folder)
      let output = ["attribute"].contains(command[0]) ? ["--output", "map.safetensors"] : []
      let run = try CommandRun(command + output, in: folder)
      #expect(run.status == 1 || run.status == 2, "\(run.status) \(run.errors)")
      #expect(!run.errors.isEmpty)
      let all = run.errors + run.output
      #expect(foreign(all).isEmpty, "\(all)")
    }
  }

  @Test(arguments: files.keys.filter { $0.hasSuffix(".json") }.sorted())
  func noMessageAboutACardIsALibrarys(name: String) throws {
    try Fixture.withTemporaryFolder { folder in
      try prepare(folder)
      try FileManager.default.copyItem(
        at: URL(filePath: Self.model), to: folder.appending(path: "net.onnx"))
      try FileManager.default.moveItem(
        at: folder.appending(path: name), to: folder.appending(path: "net.json"))
      let run = try CommandRun(["inspect", "net.onnx"], in: folder)
      let harmless = ["rules.json", "rule.json", "object.json", "null.json"]
      if !harmless.contains(name) { #expect(run.status == 1, "\(name)") }
      #expect(!run.errors.isEmpty || run.status == 0)
      #expect(foreign(run.errors).isEmpty, "\(run.errors)")
    }
  }
}
