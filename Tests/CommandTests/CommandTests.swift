import Foundation
import NNITestSupport
import NNIShipped
import NNInterpretability
import Testing

/// What the commands print and write, as a user sees it.
@Suite struct CommandTests {
  private static let model = Fixture.url("golden/models/vgg-mini.onnx").path
  private static let tensors = Fixture.url("golden/tensors.safetensors")

  @Test func helpShowsExamples() throws {
    for command in [
      [], ["explain"], ["compare"], ["attribute"], ["inspect"], ["methods"], ["models"],
      ["models", "pull"],
      ["data"], ["predict"], ["uncertainty"], ["calibrate"], ["train"], ["maximize"], ["dream"],
      ["examples"],
    ] {
      let run = try CommandRun(command + ["--help"])
      #expect(run.status == 0)
      #expect(run.output.contains("Examples:"), "\(command)")
    }
    #expect(try CommandRun(["--generate-completion-script", "bash"]).output.contains("complete"))
    #expect(try CommandRun(["--version"]).output.contains(Torch.version))
  }

  @Test func methodsAreListed() throws {
    let text = try CommandRun(["methods"]).output
    for entry in Catalog.methods { #expect(text.contains(entry.name)) }
    let gamma = try CommandRun(["methods", "lrp-gamma"]).output
    #expect(gamma.contains("gamma") && gamma.contains("0.25") && gamma.contains("stabilizer"))
    let json =
      try JSONSerialization.jsonObject(
        with: Data(CommandRun(["methods", "--json"]).output.utf8)) as? [[String: Any]]
    #expect(json?.count == Catalog.methods.count)
  }

  @Test func inspectShowsNodesShapesAndRules() throws {
    let text = try CommandRun(["inspect", Self.model]).output
    #expect(text.contains("/features/features.0/Conv") && text.contains("AlphaBeta α = 1"))
    let data = try Data(
      CommandRun(["inspect", Self.model, "--shape", "2,3,32,32", "--json"]).output.utf8)
    let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let nodes = json?["nodes"] as? [[String: Any]]
    let logits = try SafetensorsFile(contentsOf: Self.tensors)["vgg-mini/logits"]
    #expect(nodes?.last?["shape"] as? [Int] == [2, logits.shape[1]])
  }

  @Test func checkpointsOfPyTorchAreOpened() throws {
    try Fixture.withTemporaryFolder { folder in
      let model = folder.appending(path: "model_cnn.pt")
      try FileManager.default.copyItem(at: Fixture.url("pytorch/model_cnn.pt"), to: model)
      let refused = try CommandRun(["inspect", model.path])
      #expect(refused.status == 1 && refused.errors.contains("model_cnn.json"))
      try Data(#"{"architecture": "general_cnn"}"#.utf8).write(
        to: folder.appending(path: "model_cnn.json"))
      let inspected = try CommandRun(["inspect", model.path])
      #expect(inspected.status == 0 && inspected.output.contains("features.conv2"))
      let (input, output) = (
        folder.appending(path: "in.safetensors"), folder.appending(path: "out.safetensors")
      )
      let image = try Tensor.full([2, 1, 28, 28], 0.25)
      try SafetensorsFile.write(tensors: [("images", image)], to: input)
      let run = try CommandRun([
        "predict", model.path, "--input", input.path, "--output", output.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let twin = try SafetensorsFile(contentsOf: Fixture.url("original/model_cnn.safetensors"))
      let network = try Catalog.architecture(named: "general_cnn").model(WeightSource(twin))
      try expectClose(
        SafetensorsFile(contentsOf: output)["logits"], network(image), relative: 1e-6)
    }
  }

  @Test func attributeWritesMapAndManifest() throws {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "map.safetensors")
      let run = try CommandRun([
        "attribute", Self.model, "--input", Self.tensors.path + "#vgg-mini/input", "--method",
        "integrated-gradients", "--set", "steps=8", "--set", "baseline-key=vgg-mini/baseline",
        "--target", "1-0", "--dtype", "float64", "--output", file.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let result = try SafetensorsFile(contentsOf: file)
      let manifest = try JSONDecoder().decode(
        Manifest.self, from: Data((result.metadata["manifest"] ?? "").utf8))
      #expect(manifest.method == "integrated-gradients")
      #expect(manifest.precision == "float64")
      #expect(manifest.modelDigest.count == 64)
      let sums = try result["attribution"].sumPerSample().doubles()
      expectClose(sums, manifest.ledger.sum)
    }
  }

  @Test func productsInBfloat16AreStatedOrRefused() throws {
    let precise = try CommandRun([
      "predict", Self.model, "--input", "x", "--precision", "bfloat16", "--dtype", "float64",
    ])
    #expect(precise.status != 0)
    #expect(precise.errors.contains("bfloat16"))
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "map.safetensors")
      let run = try CommandRun([
        "attribute", Self.model, "--input", Self.tensors.path + "#vgg-mini/input", "--method",
        "gradient", "--target", "1", "--precision", "bfloat16", "--output", file.path,
      ])
      guard ProductPrecision.bfloat16.isAvailable else {
        #expect(run.status != 0)
        #expect(run.errors.contains("this processor does not multiply bfloat16 numbers"))
        return
      }
      #expect(run.status == 0, "\(run.errors)")
      let manifest = try JSONDecoder().decode(
        Manifest.self,
        from: Data((try SafetensorsFile(contentsOf: file).metadata["manifest"] ?? "").utf8))
      #expect(manifest.precision == "bfloat16")
    }
  }

  @Test func predictWritesLogits() throws {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "logits.safetensors")
      let run = try CommandRun([
        "predict", Self.model, "--input", Self.tensors.path + "#vgg-mini/input", "--dtype",
        "float64", "--output", file.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let expected = try SafetensorsFile(contentsOf: Self.tensors)["vgg-mini/logits"]
      try expectClose(SafetensorsFile(contentsOf: file)["logits"], expected, relative: 1e-9)
    }
  }

  @Test func explainMakesPicturesAPageAndAManifest() throws {
    let photograph = try #require(try Shipped.photographs.first { $0.path.contains("chelsea") })
    try Fixture.withTemporaryFolder { folder in
      let run = try CommandRun([
        "explain", "squeezenet1_1", photograph.path, "--method", "grad-cam", "--method",
        "lrp-composite:preset=epsilon-gamma-box", "--output", folder.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("Egyptian cat"))
      let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
      #expect(
        files == [
          "chelsea.pdf", "chelsea.png", "chelsea.svg", "chelsea-grad-cam.png",
          "chelsea-lrp-composite-epsilon-gamma-box.png", "manifest.json", "report.html",
        ])
      let original = try Image(contentsOf: photograph)
      let overlay = try Image(contentsOf: folder.appending(path: "chelsea-grad-cam.png"))
      #expect(overlay.width == original.width && overlay.height == original.height)
      let page = try String(contentsOf: folder.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("Egyptian cat") && page.contains("nni explain squeezenet1_1"))
    }
  }
}
