import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// What commands say of a network's output.
@Suite struct OutputCommandTests {
  private static func file(_ name: String) -> String { Fixture.url("outputs/\(name).onnx").path }

  private static func input(_ name: String) -> String {
    Fixture.url("outputs/values.safetensors").path + "#\(name)/input"
  }

  private func predict(_ name: String, _ more: [String] = []) throws -> CommandRun {
    try CommandRun(["predict", Self.file(name), "--input", Self.input(name)] + more)
  }

  private struct Answer: Decodable {
    struct Class: Decodable {
      let index: Int
      let label: String
      let logit: Double
      let probability: Double?
      let share: Double?
    }
    let output: String
    let kind: String
    let classes: [Class]
  }

  private func answers(_ name: String, _ more: [String] = []) throws -> [Answer] {
    let run = try predict(name, ["--json"] + more)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONDecoder().decode([Answer].self, from: Data(run.output.utf8))
  }

  private func numbers(_ name: String) throws -> [Double] {
    try SafetensorsFile(contentsOf: Fixture.url("outputs/values.safetensors"))[name].doubles()
  }

  @Test func predictShowsWhatTheFileGives() throws {
    let one = try answers("sigmoid-one")
    let p = try numbers("sigmoid-one/answer")
    for (answer, p) in zip(one, p) {
      #expect(Set(answer.classes.map(\.label)) == ["positive", "negative"])
      let positive = try #require(answer.classes.first { $0.label == "positive" })
      expectClose([positive.probability ?? -1], [p], relative: 1e-5)
    }
    let many = try answers("sigmoid-many")
    let sorted = try (0..<2).flatMap { sample in
      try numbers("sigmoid-many/answer")[(4 * sample)..<(4 * sample + 4)].sorted(by: >)
    }
    expectClose(many.flatMap { $0.classes.map { $0.probability ?? -1 } }, sorted, relative: 1e-5)
    let list = try answers("list")
    #expect(list.map(\.classes.count) == [1, 1])
    expectClose(
      list.map { $0.classes[0].logit }, try numbers("list/answer"), relative: 1e-5)
    #expect(list.allSatisfy { $0.classes[0].probability == nil })
    let plain = try predict("number")
    #expect(!plain.output.contains("%") && plain.output.contains("one number"))
  }

  @Test func outputsAreChosenByName() throws {
    #expect(try answers("box-first")[0].output == "second")
    let first = try answers("box-first", ["--output-name", "first"])
    #expect(first[0].output == "first" && first[0].classes.count == 4)
    let told = try predict("box-first")
    #expect(told.output.contains("second") && told.output.contains("--output-name"))
    let wrong = try predict("box-first", ["--output-name", "third"])
    #expect(wrong.status == 2 && wrong.errors.contains("first") && wrong.errors.contains("third"))
    let inspected = try CommandRun(["inspect", Self.file("three-outputs")])
    #expect(inspected.output.contains("logits") && inspected.output.contains("b4"))
    try Fixture.withTemporaryFolder { folder in
      let map = folder.appending(path: "map.safetensors")
      let run = try CommandRun([
        "attribute", Self.file("box-first"), "--output-name", "first", "--input",
        Self.input("box-first"), "--method", "gradient", "--target", "3", "--output", map.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let manifest = try #require(SafetensorsFile(contentsOf: map).metadata["manifest"])
      #expect(manifest.contains("\"first\""))
    }
  }

  @Test func denseOutputsAreSaid() throws {
    let run = try predict("mask")
    #expect(run.output.contains("share of places") && run.output.contains("dense output"))
    try Fixture.withTemporaryFolder { folder in
      let picture = folder.appending(path: "p.png")
      try Image(width: 5, height: 6, filledWith: [90]).writePNG(to: picture)
      let out = folder.appending(path: "out")
      let explained = try CommandRun([
        "explain", Self.file("mask"), picture.path, "--method", "gradient", "--output", out.path,
      ])
      #expect(explained.status == 0, "\(explained.errors)")
      #expect(explained.output.contains("dense output"))
      let page = try String(contentsOf: out.appending(path: "report.html"), encoding: .utf8)
      #expect(page.contains("<title>mask (dense output"))
      let manifest = try String(contentsOf: out.appending(path: "manifest.json"), encoding: .utf8)
      #expect(manifest.contains("\"isDense\" : true"))
    }
  }

  @Test func tensorsWithChannelsLastKeepTheirOrder() throws {
    try Fixture.withTemporaryFolder { folder in
      let map = folder.appending(path: "map.safetensors")
      let run = try CommandRun([
        "attribute", Self.file("channels-last"), "--input", Self.input("channels-last"),
        "--method", "gradient", "--target", "0", "--output", map.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let found = try SafetensorsFile(contentsOf: map)["attribution"]
      #expect(found.shape == [2, 6, 5, 3])
      expectClose(
        try found.doubles(), try numbers("channels-last/gradient"), relative: 1e-5)
    }
  }

  @Test func mapsOfZerosAreSaid() throws {
    try Fixture.withTemporaryFolder { folder in
      let zeros = folder.appending(path: "zeros.safetensors")
      try SafetensorsFile.write(
        tensors: [("x", .full([1, 1, 5, 6, 4], 0))], metadata: [:], to: zeros)
      let run = try CommandRun([
        "attribute", Self.file("volume"), "--input", zeros.path, "--method", "gradient-x-input",
        "--output", folder.appending(path: "map.safetensors").path,
      ])
      #expect(run.status == 0 && run.errors.contains("zero everywhere"), "\(run.errors)")
    }
  }
}
