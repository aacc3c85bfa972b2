import Foundation
import NNIImages
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// What `nni explain` takes and writes beside its pictures.
@Suite struct ExplainFilesTests {
  /// A folder with a small network, its card and a folder of two photographs and a broken one.
  private func withInputs<Result>(_ body: (URL) throws -> Result) throws -> Result {
    try Fixture.withTemporaryFolder { folder in
      try FileManager.default.copyItem(
        at: Fixture.url("words/plain.onnx"), to: folder.appending(path: "net.onnx"))
      let card =
        #"{"input": {"size": [8, 6], "labels": ["cat", "golden retriever", "cup", "sky"]}}"#
      try Data(card.utf8).write(to: folder.appending(path: "net.json"))
      let pictures = folder.appending(path: "pictures")
      try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
      for (index, photograph) in try Shipped.photographs.prefix(2).enumerated() {
        try FileManager.default.copyItem(
          at: photograph, to: pictures.appending(path: "\(index)-photo.jpg"))
      }
      try Data("notes".utf8).write(to: pictures.appending(path: "notes.txt"))
      return try body(folder)
    }
  }

  private func manifests(_ folder: URL) throws -> [[Manifest]] {
    struct Photo: Decodable { let maps: [Manifest] }
    return try JSONDecoder().decode(
      [Photo].self, from: Data(contentsOf: folder.appending(path: "out/manifest.json"))
    ).map(\.maps)
  }

  @Test func aBrokenPhotographFailsAlone() throws {
    try withInputs { folder in
      try Data("no picture".utf8).write(to: folder.appending(path: "pictures/1-broken.png"))
      let run = try CommandRun(
        ["explain", "net.onnx", "pictures", "--method", "gradient", "--output", "out"], in: folder)
      #expect(run.status == 1)
      #expect(run.errors.contains("1-broken.png"))
      #expect(run.errors.contains("1 of 3 photographs failed: pictures/1-broken.png"))
      #expect(run.output.contains("0-photo: ") && run.output.contains("1-photo: "))
      let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out"))
      #expect(names.isSuperset(of: ["0-photo.png", "1-photo.pdf", "report.html", "manifest.json"]))
      #expect(try manifests(folder).count == 2)
    }
  }

  @Test func aFolderWithoutPhotographsAndOnlyBrokenOnesAreRefused() throws {
    try withInputs { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "empty"), withIntermediateDirectories: true)
      try Data("no".utf8).write(to: folder.appending(path: "bad.png"))
      for arguments in [["empty"], ["bad.png"], ["bad.png", "missing.jpg"]] {
        let run = try CommandRun(
          ["explain", "net.onnx"] + arguments + ["--method", "gradient", "--output", "out"],
          in: folder)
        #expect(run.status == 1, "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/out"))
      }
    }
  }

  @Test func whatIsNoPhotographInAFolderIsTold() throws {
    try withInputs { folder in
      for name in ["a.gif", "notes.txt", ".hidden"] {
        try Data("GIF89a".utf8).write(to: folder.appending(path: "pictures/\(name)"))
      }
      let run = try CommandRun(
        ["explain", "net.onnx", "pictures", "--method", "gradient", "--output", "out"], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("warning: pictures/a.gif and 1 more skipped: no photograph"))
    }
  }

  @Test func aMethodThatIsGivenTwiceIsRefused() throws {
    try withInputs { folder in
      let run = try CommandRun(
        [
          "explain", "net.onnx", "pictures", "--method", "gradient", "--method", "gradient",
          "--output", "out",
        ], in: folder)
      #expect(run.status != 0)
      #expect(run.errors.contains("--method gradient was given more than once"))
    }
  }

  @Test func arraysHoldWhatThePicturesShow() throws {
    try withInputs { folder in
      let run = try CommandRun(
        [
          "explain", "net.onnx", "pictures", "--method", "gradient", "--method", "grad-cam",
          "--arrays", "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let file = try SafetensorsFile(contentsOf: folder.appending(path: "out/arrays.safetensors"))
      #expect(
        Set(file.names) == ["maps.gradient", "maps.grad-cam", "logits", "scores", "targets"])
      let model = try Model(contentsOf: folder.appending(path: "net.onnx"))
      let inputs = try (0..<2).map { index in
        try model.inputSpec.tensor(
          from: Image(contentsOf: folder.appending(path: "pictures/\(index)-photo.jpg"))
        ).tensor
      }
      let batch = try Tensor.concatenated(inputs, axis: 0)
      let logits = try model(batch)
      try expectClose(file["logits"], logits, relative: 1e-5)
      let classes = try logits.indexOfMaximum(along: 1).doubles()
      #expect(try file["targets"].doubles() == classes)
      try expectClose(
        file["maps.gradient"],
        Gradient().attribute(model, input: batch, target: .predicted).map, relative: 1e-5)
      let best = try logits.maximum(over: [1]).doubles()
      expectClose(
        try file["scores"].doubles(), best.flatMap { [$0, $0] }, relative: 1e-5)
      #expect(file.metadata["methods"]?.contains("grad-cam") ?? false)
      #expect(file.metadata["labels"]?.contains("golden retriever") ?? false)
    }
  }

  @Test func theTrueTargetStandsEverywhere() throws {
    try withInputs { folder in
      let run = try CommandRun(
        [
          "explain", "net.onnx", "pictures/0-photo.jpg", "--method", "gradient", "--target", "2-1",
          "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let title = "cup (2) − golden retriever (1)"
      #expect(run.output.contains("explained: \(title)"), "\(run.output)")
      let manifest = try #require(try manifests(folder).first?.first)
      #expect(manifest.target == "2-1" && manifest.targetTitles == [title])
      for name in ["report.html", "0-photo.svg"] {
        let text = try String(contentsOf: folder.appending(path: "out/\(name)"), encoding: .utf8)
        #expect(text.contains(title), "\(name)")
      }
    }
  }

  @Test func aManifestsCommandMakesTheSameBits() throws {
    try withInputs { folder in
      let tensors = Fixture.url("words/tensors.safetensors").path
      let first = try CommandRun(
        [
          "attribute", "net.onnx", "--input", tensors + "#thinned/x", "--method",
          "smoothgrad:samples=4,seed=5", "--target", "1,3", "--output", "map.safetensors",
        ], in: folder)
      #expect(first.status == 0, "\(first.errors)")
      let url = folder.appending(path: "map.safetensors")
      let file = try SafetensorsFile(contentsOf: url)
      let manifest = try JSONDecoder().decode(
        Manifest.self, from: Data((file.metadata["manifest"] ?? "").utf8))
      let bits = try file["attribution"].doubles()
      #expect(manifest.target == "1,3")
      #expect(manifest.targetTitles == ["golden retriever (1)", "sky (3)"])
      #expect(manifest.inputs.map(\.key) == ["thinned/x"])
      let bytes = try Data(contentsOf: URL(filePath: tensors))
      #expect(try manifest.inputs[0].digest == SHA256Sum.of(bytes))
      let card = try Data(contentsOf: folder.appending(path: "net.json"))
      #expect(try manifest.cardDigest == SHA256Sum.of(card))
      try FileManager.default.removeItem(at: url)
      #expect(manifest.command.hasPrefix("nni attribute net.onnx "))
      let words = manifest.command.split(separator: " ").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: "'"))
      }
      let again = try CommandRun(Array(words.dropFirst()), in: folder)
      #expect(again.status == 0, "\(again.errors)")
      #expect(try SafetensorsFile(contentsOf: url)["attribution"].doubles() == bits)
    }
  }

  @Test func aMissingCardAndMisspeltKeysAreTold() throws {
    try withInputs { folder in
      func errors(_ card: String?) throws -> String {
        let url = folder.appending(path: "net.json")
        try? FileManager.default.removeItem(at: url)
        if let card { try Data(card.utf8).write(to: url) }
        return try CommandRun(["predict", "net.onnx", "pictures/0-photo.jpg"], in: folder).errors
      }
      let size = #""size": [8, 6], "#
      #expect(try errors(#"{"input": {\#(size)"means": [0, 0, 0]}}"#).contains("“input.means”"))
      #expect(
        try errors(#"{"input": {\#(size)"labels": ["a"]}}"#).contains(
          "1 label is stated for 4 classes"))
      #expect(try errors(#"{"input": {\#(size)"mean": [0, 0, 0]}}"#).isEmpty)
      try? FileManager.default.removeItem(at: folder.appending(path: "net.onnx"))
      try FileManager.default.copyItem(
        at: Fixture.url("onnx/mixed-fixed-13.onnx"), to: folder.appending(path: "net.onnx"))
      let text = try errors(nil)
      #expect(text.contains("no card"), "\(text)")
    }
  }
}

/// The system's own digest.
enum SHA256Sum {
  static func of(_ data: Data) throws -> String {
    try Fixture.withTemporaryFolder { folder in
      let file = folder.appending(path: "data")
      try data.write(to: file)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/sha256sum")
      process.arguments = [file.path]
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let text = String(
        decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return String(text.prefix(64))
    }
  }
}
