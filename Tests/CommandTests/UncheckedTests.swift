import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// What the commands say of maps that miss what they should sum to.
@Suite struct UncheckedTests {
  private func attribute(_ arguments: [String]) throws -> CommandRun {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: UUID().uuidString, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try CommandRun(
      [
        "attribute", Fixture.url("golden/models/vgg-mini.onnx").path, "--input",
        Fixture.url("golden/tensors.safetensors").path + "#vgg-mini/input", "--method",
        "integrated-gradients", "--output", folder.appending(path: "map.safetensors").path,
      ] + arguments)
  }

  @Test func `A coarse integral is a warning`() throws {
    let run = try attribute(["--set", "steps=1", "--set", "quadrature=right"])
    #expect(run.status == 0)
    #expect(run.errors.contains("warning"))
    #expect(run.errors.contains("the integral is off by"))
  }

  @Test func `A tolerance out of reach is an error, unless the map is asked for all the same`()
    throws
  {
    let options = ["--set", "tolerance=1e-12"]
    let refused = try attribute(options)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("--unchecked"))
    let given = try attribute(options + ["--unchecked"])
    #expect(given.status == 0, "\(given.errors)")
    #expect(given.errors.contains("above the tolerance"))
  }
}
