import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// A package that only sees what is public builds, and its `own-nni` finds its members by name.
///
/// It is `Examples/OwnPackage`, with a method, a rule, a layer and a metric. Slow: about a minute, for it links a
/// program.
@Suite struct OwnPackageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let model = Fixture.url("own/own.onnx").path
  private static let input = Fixture.url("own/own.safetensors").path

  /// Builds the package in the folder of this build, so that what was compiled for the tests is not compiled again.
  private func build() throws {
    let products = ProgramRun.binary("own-nni").deletingLastPathComponent()
    // `.build/TRIPLE/debug`
    let scratch = products.deletingLastPathComponent().deletingLastPathComponent()
    let command = """
      swift build --package-path '\(Self.root.path)/Examples/OwnPackage' --product own-nni \
        --scratch-path '\(scratch.path)' --configuration \(products.lastPathComponent) --ignore-lock 2>&1
      """
    // The tests' own `swift test` may hold the folder's lock until they have ended; it builds nothing by then.
    let run = try ProgramRun(URL(filePath: "/bin/sh"), ["-c", command])
    #expect(run.status == 0, "\(run.output.suffix(4000))")
  }

  private func run(_ arguments: String...) throws -> String {
    let run = try ProgramRun("own-nni", arguments)
    #expect(run.status == 0, "\(arguments): \(run.errors)")
    return run.output
  }

  /// The map of the network's second logit.
  private func map(_ arguments: String...) throws -> [Double] {
    try Fixture.withTemporaryFolder { folder in
      let output = folder.appending(path: "map.safetensors")
      let run = try ProgramRun(
        "own-nni",
        ["attribute", Self.model, "--input", Self.input, "--dtype", "float64", "--target", "1"]
          + arguments + ["--output", output.path])
      try #require(run.status == 0, "\(run.errors)")
      return try SafetensorsFile(contentsOf: output).tensors()["attribution"]?.doubles() ?? []
    }
  }

  @Test func anotherPackageAddsToTheCatalogue() throws {
    try build()
    #expect(try run("methods").contains("input-itself"))
    #expect(try run("metrics", "peak-share").contains("Σ_i |a_i|"))
    #expect(try run("inspect", Self.model).contains("Cube"))

    // x = (1, 2), z = (1, 2, −0.5), a = z³ = (1, 8, −0.125), y₁ = 2·8 + 4·(−0.125) + 1 = 16.5.
    #expect(try map("--method", "input-itself") == [1, 2])
    // ∂y₁/∂z = (0, 2·12, 4·0.75) = (0, 24, 3); by x: 3 and 24 − 3, times 2.
    expectClose(try map("--method", "scaled-gradient"), [6, 42], relative: 1e-12)
    expectClose(
      try map("--method", "scaled-gradient", "--set", "factor=10"), [30, 210], relative: 1e-12)
    // Squared contributions of a to y₁: 0, 16², 0.5²; of x to z₁ and z₂: 0, 2² and 1, (−2)².
    let (second, third) = (16.5 * 256 / 256.25, 16.5 * 0.25 / 256.25)
    expectClose(
      try map(
        "--method", "lrp-composite", "--set",
        #"rules={"rules": [{"kind": "dense", "rule": "squared-share", "epsilon": 0}]}"#),
      [third / 5, second + third * 4 / 5], relative: 1e-12)

    // The package's own nni has the shipped networks, too.
    try Fixture.withTemporaryFolder { folder in
      let photograph = Self.root.appending(
        path: "Sources/NNIShipped/Resources/photographs/chelsea.jpg")
      _ = try run(
        "evaluate", "squeezenet1_1", photograph.path, "--method", "input-itself", "--metric",
        "peak-share", "--output", folder.path)
      let numbers = try String(
        contentsOf: folder.appending(path: "evaluation.csv"), encoding: .utf8)
      #expect(numbers.contains("input-itself") && numbers.contains("peak-share"), "\(numbers)")
    }
    // The product's nni knows nothing of it.
    #expect(try CommandRun(["methods", "input-itself"]).status == 2)
    let refused = try CommandRun(["inspect", Self.model])
    #expect(refused.status == 1 && refused.errors.contains("example.org"))
  }
}
