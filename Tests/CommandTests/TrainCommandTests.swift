import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// `nni train` on made-up digits: what it writes, and that being killed changes nothing.
@Suite struct TrainCommandTests {
  /// Pictures whose class is the column of a bright bar.
  private static func writeBars(_ count: Int, to url: URL) throws {
    var numbers = SeededNumbers(1)
    func part(_ count: Int) throws -> (Tensor, Tensor) {
      var pixels: [UInt8] = []
      let labels = (0..<count).map { Int64($0 % 10) }
      for label in labels {
        for place in 0..<(28 * 28) {
          let isBar = (place % 28) / 3 == Int(label)
          pixels.append(UInt8((isBar ? 180 : 10) + 60 * numbers.uniform()))
        }
      }
      return (try Tensor(pixels, shape: [count, 1, 28, 28]), try Tensor(labels, shape: [count]))
    }
    let (train, test) = (try part(count), try part(50))
    try SafetensorsFile.write(
      tensors: [
        ("images", train.0), ("labels", train.1), ("test_images", test.0), ("test_labels", test.1),
      ], metadata: ["digest": "bars"], to: url)
  }

  @Test func recipesAreListed() throws {
    let run = try CommandRun(["train"])
    #expect(run.status == 0, "\(run.errors)")
    for recipe in Catalog.recipes { #expect(run.output.contains(recipe.name)) }
  }

  @Test func aNetworkIsTrainedAndSaysHow() throws {
    try Fixture.withTemporaryFolder { folder in
      try Self.writeBars(240, to: folder.appending(path: "bars.safetensors"))
      let run = try CommandRun(
        [
          "train", "general_cnn", "--data", "bars.safetensors", "--output", "net.safetensors",
          "--epochs", "8", "--seed", "3", "--threads", "1", "--log", "log.csv", "--licence", "CC0",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let url = folder.appending(path: "net.safetensors")
      let metadata = try SafetensorsFile(contentsOf: url).metadata
      let wanted = [
        "name": "net", "architecture": "general_cnn", "recipe": "general_cnn", "seed": "3",
        "data_digest": "bars", "licence": "CC0", "epochs": "8", "threads": "1",
      ]
      for (key, value) in wanted { #expect(metadata[key] == value, "\(key)") }
      let accuracy = try #require(Double(metadata["accuracy"] ?? ""))
      let test = try TensorDataset(
        contentsOf: folder.appending(path: "bars.safetensors"), part: "test")
      let model = try Model(contentsOf: url)
      #expect(model.inputSpec == .mnist)
      #expect(try ClassifierScore(of: model.graph, on: test).accuracy == accuracy)
      #expect(accuracy > 0.9)
      let log = try String(contentsOf: folder.appending(path: "log.csv"), encoding: .utf8)
      let lines = log.split(separator: "\n")
      #expect(lines.count == 9)
      let plot = try String(contentsOf: folder.appending(path: "log.svg"), encoding: .utf8)
      #expect(plot.contains("accuracy") && plot.contains("validation"))
      #expect(
        lines[0]
          == "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds")
    }
  }

  /// A network of texts lies beside its tokenizer and a card that names it; a card that says something else stays.
  @Test func aNetworkOfTextsBringsItsTokenizer() throws {
    try Fixture.withTemporaryFolder { folder in
      let kinds = [
        ("plant", "a tall tree"), ("food", "a dish of rice"), ("animal", "a small fish"),
      ]
      let rows = (0..<60).map { "\(kinds[$0 % 3].1) number \($0),\(kinds[$0 % 3].0)" }
      let table = (["text,label"] + rows).joined(separator: "\n")
      try Data(table.utf8).write(to: folder.appending(path: "texts.csv"))
      let arguments = [
        "train", "text_transformer", "--data", "texts.csv", "--output", "net.safetensors",
        "--epochs", "1", "--threads", "1",
      ]
      let run = try CommandRun(arguments, in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let model = try Model(contentsOf: folder.appending(path: "net.safetensors"))
      #expect(model.inputSpec.labels == ["animal", "food", "plant"] && model.warnings.isEmpty)
      let inputs = try TextInputs(["a tall tree"], for: model)
      #expect(inputs.addedIDs == [0, 2, 3])
      #expect(try model(model.joined(inputs.values)).shape == [1, 3])
      // The same again is what it writes itself.
      #expect(try CommandRun(arguments, in: folder).status == 0)

      let card = folder.appending(path: "net.json")
      let own = Data(#"{"summary": "mine"}"#.utf8)
      try own.write(to: card)
      let refused = try CommandRun(arguments, in: folder)
      #expect(refused.status != 0)
      #expect(refused.errors.contains("net.json is there and says something else"))
      #expect(try Data(contentsOf: card) == own)
    }
  }

  @Test func aKilledTrainingContinuesBitForBit() throws {
    try Fixture.withTemporaryFolder { folder in
      try Self.writeBars(240, to: folder.appending(path: "bars.safetensors"))
      func arguments(_ output: String) -> [String] {
        [
          "train", "cnn_dropout", "--data", "bars.safetensors", "--output", output, "--epochs",
          "30", "--threads", "1",
        ]
      }
      let whole = try CommandRun(arguments("a/net.safetensors"), in: folder)
      #expect(whole.status == 2, "a missing folder is refused")
      for name in ["a", "b"] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: name), withIntermediateDirectories: true)
      }
      #expect(try CommandRun(arguments("a/net.safetensors"), in: folder).status == 0)

      let process = Process()
      process.executableURL = CommandRun.binary
      process.arguments = arguments("b/net.safetensors")
      process.currentDirectoryURL = folder
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let checkpoint = folder.appending(path: "b/net.checkpoint.safetensors")
      while !FileManager.default.fileExists(atPath: checkpoint.path), process.isRunning {
        usleep(500)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)
      let output = folder.appending(path: "b/net.safetensors")
      #expect(!FileManager.default.fileExists(atPath: output.path))
      let done = try TrainingCheckpoint(contentsOf: checkpoint).state.epoch
      #expect((1..<30).contains(done))

      let resumed = try CommandRun(arguments("b/net.safetensors") + ["--resume"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      // The whole file: weights and metadata.
      let wanted = try Data(contentsOf: folder.appending(path: "a/net.safetensors"))
      #expect(try Data(contentsOf: output) == wanted)
    }
  }

  @Test func badRequestsAreRefusedInOneSentence() throws {
    try Fixture.withTemporaryFolder { folder in
      try Self.writeBars(40, to: folder.appending(path: "bars.safetensors"))
      let images = try Tensor.full([4, 1, 28, 28], 0.5)
      func write(_ name: String, _ tensors: [(String, Tensor)]) throws {
        try SafetensorsFile.write(tensors: tensors, to: folder.appending(path: name))
      }
      try write("unlabelled.safetensors", [("images", images)])
      try write(
        "short.safetensors", [("images", images), ("labels", Tensor([Int64(1)], shape: [1]))])
      try write("real.safetensors", [("images", images), ("labels", Tensor.full([4], 1))])
      let many = try Tensor((0..<24).map { Int64($0) }, shape: [24])
      try write(
        "classes.safetensors",
        [
          ("images", Tensor.full([24, 1, 28, 28], 0.5)), ("labels", many),
        ])
      try write(
        "small.safetensors",
        [
          ("images", Tensor.full([24, 1, 4, 4], 0.5)), ("labels", many.zerosLike()),
        ])
      try write(
        "nan.safetensors",
        [
          ("images", Tensor.full([24, 1, 28, 28], .nan)), ("labels", many.zerosLike()),
        ])
      let before = try Set(FileManager.default.contentsOfDirectory(atPath: folder.path))
      func expectRefusal(
        _ recipe: String, _ data: String, _ more: [String] = [], status: Int32, _ word: String
      ) throws {
        let run = try CommandRun(
          ["train", recipe, "--data", data, "--output", "net.safetensors", "--epochs", "1"] + more,
          in: folder)
        #expect(run.status == status, "\(word): \(run.errors)")
        #expect(run.errors.contains(word), "\(run.errors)")
        if !run.errors.contains("Usage:") {
          #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        }
        let after = try Set(FileManager.default.contentsOfDirectory(atPath: folder.path))
        #expect(after == before, "\(word)")
      }
      try expectRefusal("general_cn", "bars.safetensors", status: 2, "general_cnn")
      try expectRefusal("general_cnn", "none.safetensors", status: 1, "none.safetensors")
      try expectRefusal("general_cnn", "unlabelled.safetensors", status: 1, "labels")
      try expectRefusal("general_cnn", "short.safetensors", status: 1, "1 labels")
      try expectRefusal("general_cnn", "real.safetensors", status: 1, "whole numbers")
      try expectRefusal("general_cnn", "classes.safetensors", status: 1, "10 classes")
      try expectRefusal("general_cnn", "small.safetensors", status: 1, "shape")
      try expectRefusal("general_cnn", "nan.safetensors", status: 1, "epoch 1, step 1")
      try expectRefusal(
        "general_cnn", "bars.safetensors", ["--resume"], status: 1, "net.checkpoint.safetensors")
      try expectRefusal(
        "general_cnn", "bars.safetensors", ["--log", "none/log.csv"], status: 2, "none")
      try expectRefusal(
        "general_cnn", "bars.safetensors", ["--threads", "0"], status: 2, "--threads")
      let run = try CommandRun(["train", "general_cnn", "--data", "bars.safetensors"], in: folder)
      #expect(run.status == 2)
      #expect(run.errors.contains("--output"))
    }
  }
}
