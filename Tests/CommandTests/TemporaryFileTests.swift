import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// Temporary files go away with the process, or with the next one.
@Suite struct TemporaryFileTests {
  private static let model = Fixture.url("golden/models/relu-mlp.onnx").path
  private static let arguments = [
    "attribute", model, "--input",
    Fixture.url("golden/tensors.safetensors").path + "#relu-mlp/input",
    "--method", "gradient", "--output", "map.safetensors",
  ]

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func whatAKilledRunLeftIsRemoved() throws {
    try Fixture.withTemporaryFolder { folder in
      let kept = ["map.safetensors.tmp", ".map.safetensors.nni-x.tmp", ".other.nni-1.tmp"]
      for name in kept + [".map.safetensors.nni-1.tmp"] {
        try Data("left".utf8).write(to: folder.appending(path: name))
      }
      #expect(try CommandRun(Self.arguments, in: folder).status == 0)
      #expect(try names(in: folder) == (kept + ["map.safetensors"]).sorted())
    }
  }

  @Test func whatALivingProcessHoldsIsKept() throws {
    try Fixture.withTemporaryFolder { folder in
      let held = folder.appending(path: ".map.safetensors.nni-1.tmp")
      try Data("mine".utf8).write(to: held)
      let file = try FileHandle(forUpdating: held)
      #expect(flock(file.fileDescriptor, LOCK_EX) == 0)
      #expect(try CommandRun(Self.arguments, in: folder).status == 0)
      #expect(try Data(contentsOf: held) == Data("mine".utf8))
      #expect(try names(in: folder) == [held.lastPathComponent, "map.safetensors"])
    }
  }

  @Test func anOutputFolderIsCleaned() throws {
    try Fixture.withTemporaryFolder { folder in
      let names = ["out/.cat.png.nni-1.tmp", "out/.report.html.nni-3.tmp", "out/.mine.tmp"]
      try FileManager.default.createDirectory(
        at: folder.appending(path: "out"), withIntermediateDirectories: true)
      for name in names { try Data().write(to: folder.appending(path: name)) }
      let run = try CommandRun(
        [
          "maximize", Fixture.url("golden/models/vgg-mini.onnx").path, "--class", "1", "--steps",
          "1", "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let left = try self.names(in: folder.appending(path: "out"))
      #expect(left.filter { $0.hasPrefix(".") } == [".mine.tmp"])
    }
  }

  /// Ends runs while they write: each signal finds the file, and takes it along.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalRemovesThem(signal: Int32) throws {
    try Fixture.withTemporaryFolder { folder in
      let size = try SafetensorsFile(contentsOf: Fixture.url("golden/tensors.safetensors"))
        .entry(named: "relu-mlp/input").shape[1]
      let input = try Tensor.full([2_000_000 / size, size], 0.1)
      try SafetensorsFile.write(
        tensors: [("x", input)], to: folder.appending(path: "x.safetensors"))
      var wasSeen = false
      for _ in 0..<25 where !wasSeen {
        let process = Process()
        process.executableURL = CommandRun.binary
        process.arguments = [
          "attribute", Self.model, "--input", "x.safetensors", "--method", "gradient",
          "--output", "map.safetensors",
        ]
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        try process.run()
        let temporary = folder.appending(path: ".map.safetensors.nni-1.tmp").path
        while process.isRunning, access(temporary, F_OK) != 0 { usleep(200) }
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        // A run that was faster than we are wrote its map.
        wasSeen = process.terminationReason == .uncaughtSignal
        if wasSeen { #expect(process.terminationStatus == signal) }
        #expect(try names(in: folder).allSatisfy { !$0.hasPrefix(".") })
      }
      #expect(wasSeen)
    }
  }
}
