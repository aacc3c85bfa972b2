import Foundation
import NNITestSupport
import Testing

/// Limits of the system: one sentence and an exit status, never a signal and never a hang.
@Suite struct SystemLimitTests {
  private static let input = Fixture.url("golden/tensors.safetensors").path + "#vgg-mini/input"
  /// In float64 dense layers go to OpenBLAS, which takes its working memory at the first product.
  private static let predict =
    "$NNI predict \(Fixture.url("golden/models/vgg-mini.onnx").path) --input '\(input)' "
    + "--dtype float64 --output map.safetensors"
  private static let attribute =
    "$NNI attribute \(Fixture.url("golden/models/vgg-mini.onnx").path) --input '\(input)' "
    + "--method gradient --output map.safetensors"

  @Test(.timeLimit(.minutes(2)))
  func aThousandThreadsAreNotStarted() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ShellRun("\(Self.attribute) --threads 1000", in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.lines.count == 1, "\(run.errors)")
      #expect(run.errors.contains("--threads 1000: "), "\(run.errors)")
      let plain = try ShellRun(
        Self.attribute, in: folder, environment: ["OMP_NUM_THREADS": "1000"])
      #expect(plain.status == 0, "\(plain.errors)")
    }
  }

  /// From what is hardly enough to plenty; below it libtorch ends before anything of ours runs.
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [900, 920, 940, 960, 980, 1010, 1050, 1100, 1300, 1600, 2000, 3000, 6000],
    [attribute, predict])
  func aLimitOnTheAddressSpaceIsNoSignal(megabytes: Int, command: String) throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try ShellRun(
        "ulimit -v \(megabytes * 1024); timeout 60 \(command)", in: folder)
      #expect(run.status != 124, "a hang: \(run.errors)")
      #expect(run.status < 126 || run.status == 127, "\(run.status) \(run.errors)")
      if run.status != 0 {
        #expect(run.lines.count == 1, "\(run.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
      }
    }
  }
}
