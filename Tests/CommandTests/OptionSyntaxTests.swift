import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// `--method NAME:option=value,…` wherever a method is named, and values that hold commas.
@Suite struct OptionSyntaxTests {
  private static let model = Fixture.url("golden/models/vgg-mini.onnx").path
  private static let tensors = Fixture.url("golden/tensors.safetensors").path

  /// The manifest of an attribution, and its map.
  private func attribute(
    _ arguments: [String], in folder: URL
  ) throws -> (manifest: Manifest, map: Tensor, errors: String) {
    let run = try CommandRun(
      ["attribute", Self.model, "--input", Self.tensors + "#vgg-mini/input"] + arguments
        + ["--output", "map.safetensors"], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let file = try SafetensorsFile(contentsOf: folder.appending(path: "map.safetensors"))
    return (
      try JSONDecoder().decode(
        Manifest.self, from: Data((file.metadata["manifest"] ?? "").utf8)),
      try file["attribution"], run.errors
    )
  }

  private func refusal(_ arguments: [String], _ words: String...) throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try CommandRun(
        ["attribute", Self.model, "--input", Self.tensors + "#vgg-mini/input", "--output", "o.st"]
          + arguments, in: folder)
      #expect(run.status == 2, "\(run.errors)")
      for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
    }
  }

  @Test func attributeTakesOptionsWithTheMethod() throws {
    try Fixture.withTemporaryFolder { folder in
      let set = try attribute(
        [
          "--method", "occlusion", "--set", "window=4x8", "--set", "stride=4", "--set",
          "fill=0.5:0.25:0",
        ], in: folder)
      for text in [
        "occlusion:window=4x8,stride=4,fill=0.5:0.25:0",
        "occlusion:window=4x8,stride=4,fill=[0.5,0.25,0]",
        "occlusion:fill=\"0.5,0.25,0\",window=\"4x8\",stride=4",
      ] {
        let inline = try attribute(["--method", text], in: folder)
        #expect(inline.manifest.options["window"]?.description == "4x8")
        #expect(try inline.map.doubles() == set.map.doubles(), "\(text)")
      }
      let both = try attribute(
        ["--method", "occlusion:window=4x8", "--set", "stride=4", "--set", "fill=0.5:0.25:0"],
        in: folder)
      #expect(try both.map.doubles() == set.map.doubles())
    }
  }

  @Test func aRuleMapIsAFileOfAnyNameOrStandsInTheOption() throws {
    try Fixture.withTemporaryFolder { folder in
      let json = #"{"rules": [{"kind": "convolution", "rule": "gamma", "gamma": 0.5}]}"#
      try Data(json.utf8).write(to: folder.appending(path: "my, rules: 1.json"))
      let file = try attribute(
        ["--method", #"lrp-composite:rules="my, rules: 1.json",epsilon=0.5"#], in: folder)
      let inline = try attribute(
        ["--method", "lrp-composite:epsilon=0.5,rules=\(json)"], in: folder)
      #expect(try inline.map.doubles() == file.map.doubles())
      #expect(file.manifest.options["epsilon"]?.number == 0.5)
      #expect(file.manifest.files.map(\.path) == ["my, rules: 1.json"])
    }
  }

  @Test func anOptionIsSetOnce() throws {
    try refusal(["--method", "integrated-gradients:steps=3,steps=4"], "steps", "twice")
    try refusal(["--method", "integrated-gradients:steps=3", "--set", "steps=4"], "steps")
    try refusal(
      ["--method", "integrated-gradients", "--set", "steps=3", "--set", "steps=4"], "steps")
    try refusal(["--method", "integrated-gradients:steps"], "OPTION=VALUE")
    try refusal(["--method", "integrated-gradients:quadrature=\"left"], "quotation mark")
  }

  @Test func anOptionThatCountsOnceIsGivenOnce() throws {
    try refusal(["--method", "gradient", "--method", "saliency"], "--method", "twice")
    try refusal(["--method", "gradient", "--target", "1", "--target=2"], "--target", "twice")
    try refusal(
      ["--method", "gradient", "--target", "1", "--of", "/features/features.0/Conv"], "--of")
  }

  @Test func aNodeAfterTheTargetAndAClassLessItselfAreRefused() throws {
    try refusal(["--method", "gradient", "--target", "1-1"], "1", "itself")
    let nodes = ["--of", "/features/features.0/Conv:1", "--at", "/features/features.1/Relu"]
    try refusal(["--method", "gradient"] + nodes, "/features/features.0/Conv", "after")
  }

  @Test func severalReferencesComeFromAFile() throws {
    try Fixture.withTemporaryFolder { folder in
      let fixture = Fixture.url("words/tensors.safetensors").path
      let values = try SafetensorsFile(contentsOf: URL(filePath: fixture))
      for method in ["baseline-key=table/references", "baseline-key=\(fixture)#table/references"] {
        let run = try CommandRun(
          [
            "attribute", Fixture.url("words/table.onnx").path, "--input", fixture + "#table/x",
            "--method", "deeplift-rescale:\(method)", "--target", "2,0", "--dtype", "float64",
            "--output", "m.safetensors",
          ], in: folder)
        #expect(run.status == 0, "\(run.errors)")
        let file = try SafetensorsFile(contentsOf: folder.appending(path: "m.safetensors"))
        try expectClose(file["attribution"], values["table/deeplift-mean"], relative: 1e-9)
      }
    }
  }
}
