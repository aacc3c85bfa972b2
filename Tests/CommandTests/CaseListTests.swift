import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// `attribute --cases`: a case that cannot be read fails alone.
@Suite struct CaseListTests {
  private static let tensors = Fixture.url("words/tensors.safetensors").path

  private func run(_ cases: String) throws -> (run: CommandRun, results: SafetensorsFile) {
    try Fixture.withTemporaryFolder { folder in
      try Data(cases.utf8).write(to: folder.appending(path: "cases.json"))
      let run = try CommandRun(
        [
          "attribute", "--cases", "cases.json", "--tensors", Self.tensors, "--dtype", "float64",
          "--output", "out.safetensors",
        ], in: folder)
      return (run, try SafetensorsFile(contentsOf: folder.appending(path: "out.safetensors")))
    }
  }

  private func item(_ id: String, _ rest: String) -> String {
    """
    {"id": "\(id)", "model": "\(Fixture.url("words/table.onnx").path)", "input": "table/x", \
    "method": "gradient"\(rest)}
    """
  }

  @Test func badCasesFailAloneAndGoodOnesAreWritten() throws {
    let cases = [
      item("good", ", \"target\": [1, 2], \"expected\": \"x\", \"rtol\": 1e-6"),
      item("object", ", \"target\": {\"cat\": 3}"),
      item("unknown", ", \"taget\": [1, 2]"),
      item("difference", ", \"target\": {\"difference\": [2, 0]}"),
      item("node", ", \"target\": {\"node\": \"/first/Gemm\", \"index\": [4]}"),
      item("good", ""),
      item("word", ", \"target\": \"soon\""),
      "[1, 2]", "7", "{\"id\": \"short\"}",
      item("one", ", \"target\": 1"),
    ]
    let (run, results) = try run("[\(cases.joined(separator: ",\n"))]")
    #expect(run.status == 1)
    #expect(Set(results.names) == ["good", "difference", "node", "one"])
    #expect(run.output.contains("4 of 11 cases done"))
    for id in ["object", "unknown", "good", "word", "number 8", "number 9", "short"] {
      #expect(run.errors.contains("case \(id): "), "\(id): \(run.errors)")
    }
    #expect(run.errors.contains("“taget”"))
    #expect(!PlainWords.isForeign(run.errors), "\(run.errors)")
    // ∂(f₂ − f₀) = ∂f₂ − ∂f₀, and at a hidden node the first layer's row.
    let model = try Model(contentsOf: Fixture.url("words/table.onnx")).converted(to: .float64)
    let input = try SafetensorsFile(contentsOf: URL(filePath: Self.tensors))["table/x"]
    let (first, second) = (
      try Gradient().attribute(model, input: input, target: 2).map,
      try Gradient().attribute(model, input: input, target: 0).map
    )
    try expectClose(results["difference"], first - second)
    let row = try #require(model.graph["/first/Gemm"].layer as? DenseLayer).weight
      .narrowed(axis: 0, to: 4..<5).doubles()
    expectClose(try results["node"].doubles(), row + row)
  }

  @Test func severalReferencesInACase() throws {
    let (run, results) = try run(
      "["
        + item("mean", ", \"target\": [2, 0]").replacingOccurrences(
          of: "\"gradient\"",
          with: "\"deeplift-rescale\", \"options\": {\"baseline-key\": \"table/references\"}") + "]"
    )
    #expect(run.status == 0, "\(run.errors)")
    let wanted = try SafetensorsFile(contentsOf: URL(filePath: Self.tensors))["table/deeplift-mean"]
    try expectClose(results["mean"], wanted, relative: 1e-9)
  }
}
