import Foundation
import NNITestSupport
import Testing

/// Output that gets lost is an error in one sentence, whatever takes it away.
@Suite struct LostOutputTests {
  private static let attribute =
    "$NNI attribute \(Fixture.url("golden/models/vgg-mini.onnx").path) --method gradient --input "
    + "'\(Fixture.url("golden/tensors.safetensors").path)#vgg-mini/input' --output map.safetensors"

  private func expectFailure(
    _ script: String, saying words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ShellRun(script, in: folder)
      #expect(
        run.status == 1, "\(script): \(run.status) \(run.errors)", sourceLocation: sourceLocation)
      #expect(run.lines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
      #expect(run.errors.contains(words), "\(run.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [
    "methods", "--version", "--help", "methods --help", "models", "metrics deletion",
  ])
  func aFullOrClosedStandardOutputIsNoticed(command: String) throws {
    try expectFailure("$NNI \(command) > /dev/full", saying: "the disk is full")
    try expectFailure("$NNI \(command) >&-", saying: "standard output")
  }

  @Test func aReaderThatHasGoneIsNoticed() throws {
    // The shell's own end of the pipe is closed before nni starts.
    try expectFailure(
      "exec 3> >(exec <&-; sleep 2); sleep 0.3; $NNI methods >&3", saying: "standard output")
  }

  @Test func aClosedOutputDoesNotEndUpInAFile() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ShellRun("\(Self.attribute) --ledger >&- <&-", in: folder)
      #expect(run.status == 1)
      // What could not be printed is not in the file that might have got the stream's number.
      let data = try Data(contentsOf: folder.appending(path: "map.safetensors"))
      #expect(data.range(of: Data("residual".utf8)) == nil || data[8] == UInt8(ascii: "{"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
  }

  /// What a command prints is lost, too, where its output is closed.
  @Test(arguments: [
    ("2>&-", Int32(0)), ("2>/dev/full", 0), ("2>&- >&-", 1), ("<&- >&- 2>&-", 1),
  ])
  func anErrorStreamThatCannotBeWrittenIsNoCrash(streams: String, status: Int32) throws {
    try Fixture.withTemporaryFolder { folder in
      let missing = try ShellRun("$NNI inspect nowhere.onnx \(streams)", in: folder)
      #expect(missing.status == 1)
      let unknown = try ShellRun("$NNI explode \(streams)", in: folder)
      #expect(unknown.status == 2)
      // Progress and warnings are no reason to fail.
      let good = try ShellRun("\(Self.attribute) --threads 1000 \(streams)", in: folder)
      #expect(good.status == status)
    }
  }

  @Test func aLimitOnTheSizeOfFilesIsNoSignal() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ShellRun("ulimit -f 1; \(Self.attribute)", in: folder)
      #expect(run.status == 1, "\(run.status)")
      #expect(run.errors.contains("ulimit -f"), "\(run.errors)")
      #expect(run.lines.count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
    try Fixture.withTemporaryFolder { folder in
      let run = try ShellRun(
        "($NNI methods > list) 2> >(cat); (ulimit -f 1; $NNI methods > short) 2>&1", in: folder)
      #expect(run.status == 1)
      #expect(run.output.contains("standard output"), "\(run.output)")
    }
  }
}
