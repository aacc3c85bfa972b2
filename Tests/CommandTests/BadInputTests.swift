import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// Bad input gets one clear sentence and an exit status that is not zero, and leaves nothing behind.
@Suite struct BadInputTests {
  private static let model = Fixture.url("golden/models/vgg-mini.onnx").path
  private static let input = Fixture.url("golden/tensors.safetensors").path + "#vgg-mini/input"

  private func expectRefusal(
    _ arguments: [String], status: Int32, saying words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try CommandRun(arguments, in: folder)
      #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
      for word in words {
        #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: sourceLocation)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty, "\(left)", sourceLocation: sourceLocation)
      // A refusal of the command line's parser shows the usage below its sentence.
      let lines = run.errors.split(separator: "\n")
      if !run.errors.contains("Usage:") {
        #expect(lines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
      }
    }
  }

  private func attribute(_ changes: [String: String]) -> [String] {
    let options = [
      "--input": Self.input, "--method": "gradient", "--output": "map.safetensors",
    ].merging(changes) { $1 }
    return ["attribute", changes["model"] ?? Self.model]
      + options.filter { $0.key != "model" }.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
  }

  @Test func unknownMethodsAndOptionsNameTheNearest() throws {
    try expectRefusal(
      attribute(["--method": "integrated-gradient"]), status: 2, saying: ["integrated-gradients"])
    try expectRefusal(
      attribute(["--method": "lrp-gamma", "--set": "gama=1"]), status: 2, saying: ["gamma"])
    try expectRefusal(
      attribute(["--method": "lrp-gamma", "--set": "gamma=much"]), status: 2,
      saying: ["gamma", "at least 0"])
    try expectRefusal(
      attribute(["--method": "grad-cam", "--set": "layer=/features/features.0/Cov"]), status: 1,
      saying: ["/features/features.0/Conv"])
    try expectRefusal(attribute(["--set": "gamma"]), status: 2, saying: ["OPTION=VALUE"])
  }

  @Test func classesOutOfRangeAreRefused() throws {
    try expectRefusal(attribute(["--target": "99"]), status: 2, saying: ["99", "from 0 to"])
    try expectRefusal(attribute([:]) + ["--target=-1"], status: 2, saying: ["-1"])
    try expectRefusal(attribute(["--target": "1,2,3,4,5"]), status: 2, saying: ["5 target classes"])
    try expectRefusal(attribute(["--target": "dog"]), status: 2, saying: ["dog"])
  }

  @Test func missingFilesAndTensorsAreNamed() throws {
    try expectRefusal(
      attribute(["model": "nowhere/net.onnx"]), status: 1, saying: ["nowhere/net.onnx"])
    try expectRefusal(attribute(["model": "squeezenet"]), status: 1, saying: ["squeezenet1_1"])
    try expectRefusal(
      attribute(["--input": Self.input + "s"]), status: 1, saying: ["vgg-mini/input"])
    try expectRefusal(
      attribute(["--output": "no/such/folder/map.safetensors"]), status: 1, saying: ["folder"])
    try expectRefusal(["explain", Self.model, "none.jpg", "--output", "out"], status: 1,
      saying: ["none.jpg"])
  }

  @Test func anInputThatDoesNotFitNamesTheNode() throws {
    let other = Fixture.url("golden/tensors.safetensors").path + "#relu-mlp/input"
    try expectRefusal(attribute(["--input": other]), status: 1, saying: ["shape"])
  }

  @Test func damagedModelsAreRefused() throws {
    let good = try Data(contentsOf: URL(filePath: Self.model))
    var numbers = SeededNumbers(9)
    let noise = Data((0..<5000).map { _ in UInt8(numbers.uniform() * 256) })
    let damaged: [(String, Data)] = [
      ("empty.onnx", Data()), ("truncated.onnx", good.prefix(good.count / 2)),
      ("short.onnx", good.prefix(40)), ("noise.onnx", noise), ("noise.safetensors", noise),
      ("absurd.safetensors", Data([255, 255, 255, 255, 255, 255, 255, 127]) + noise),
      ("text.onnx", Data("this is not a model".utf8)),
    ]
    try Fixture.withTemporaryFolder { folder in
      for (name, data) in damaged {
        let file = folder.appending(path: name)
        try data.write(to: file)
        try expectRefusal(attribute(["model": file.path]), status: 1, saying: [name])
        try expectRefusal(
          attribute(["--input": file.path]), status: 1, saying: name.hasSuffix("onnx") ? [] : [name])
        try expectRefusal(["inspect", file.path], status: 1, saying: [name])
        try expectRefusal(
          ["explain", Self.model, file.path, "--output", "out"], status: 1, saying: [name])
      }
    }
  }

  @Test func tensorsWithNaNAreRefused() throws {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "nan.safetensors")
      let tensor = try Tensor.full([1, 3, 32, 32], .nan)
      try SafetensorsFile.write(tensors: [("x", tensor)], to: file)
      try expectRefusal(attribute(["--input": file.path]), status: 1, saying: ["NaN"])
    }
  }

  @Test func wrongUseOfTheCommandLineEndsWithTwo() throws {
    try expectRefusal(["explode"], status: 2, saying: ["explode"])
    try expectRefusal(["predict", Self.model], status: 2, saying: ["photographs"])
    try expectRefusal(["attribute", "--cases", "x.json", "--output", "y"], status: 2,
      saying: ["--tensors"])
    try expectRefusal(["methods", "grad-cma"], status: 2, saying: ["grad-cam"])
  }
}
