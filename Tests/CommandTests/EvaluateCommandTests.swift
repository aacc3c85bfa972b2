import Foundation
import NNIImages
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// `nni evaluate` and `nni metrics`: what they write is what the library says.
@Suite struct EvaluateCommandTests {
  private static func photograph(_ name: String) throws -> URL {
    try #require(Shipped.photographs.first { $0.lastPathComponent == name })
  }

  private func json(_ data: Data) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func numbersAgreeWithTheLibrary() throws {
    try Fixture.withTemporaryFolder { folder in
      let photograph = try Self.photograph("coffee.jpg")
      let run = try CommandRun(
        [
          "evaluate", "squeezenet1_1", photograph.path, "--method", "saliency", "--metric",
          "deletion:step=20000", "--metric", "relevance-mass", "--target", "boxed", "--seed", "3",
          "--output", "out",
        ], in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("(random)") && run.output.contains("(center)"))
      let out = folder.appending(path: "out")
      let record = try json(Data(contentsOf: out.appending(path: "evaluation.json")))
      let findings = try #require(record["findings"] as? [[String: Any]])
      #expect(findings.count == 2 * 3)
      let model = try Shipped.model(named: "squeezenet1_1")
      let (input, geometry) = try model.inputSpec.tensor(from: Image(contentsOf: photograph))
      let cup = try #require(
        ObjectBoxes(contentsOf: Shipped.boxes()).objects(on: "coffee.jpg")?.first)
      let regions = try ObjectRegions(
        boxes: [[ObjectRegions.Box(cup, on: geometry)]], height: 224, width: 224)
      let methods: [any AttributionMethod] = [Saliency(), RandomMap(seed: 3), CenterMap()]
      for (place, metric) in [
        DeletionCurve(step: 20000) as any AttributionMetric, RelevanceMass(),
      ].enumerated() {
        for (index, method) in methods.enumerated() {
          let wanted = try metric.evaluate(
            MetricCase(
              model, input: input, method: method, target: .class(cup.label), regions: regions))
          let found = try #require(findings[place * 3 + index]["mean"] as? Double)
          expectClose([found], [try #require(wanted.values[0])], relative: 1e-4)
        }
      }
      let table = try String(contentsOf: out.appending(path: "evaluation.csv"), encoding: .utf8)
      #expect(table.contains("coffee,\(cup.label),saliency,relevance-mass,object,"))
      let page = try String(contentsOf: out.appending(path: "evaluation.html"), encoding: .utf8)
      #expect(page.contains("<svg") && page.contains("random (control)"))
    }
  }

  @Test func masksCountAsBoxesDo() throws {
    try Fixture.withTemporaryFolder { folder in
      let photograph = try Self.photograph("coffee.jpg")
      let picture = try Image(contentsOf: photograph)
      var mask = try Image(width: picture.width, height: picture.height, filledWith: [0])
      let cup = try #require(
        ObjectBoxes(contentsOf: Shipped.boxes()).objects(on: "coffee.jpg")?.first)
      let sides = [picture.width, picture.height, picture.width, picture.height]
      let box = zip(cup.box, sides).map { Int($0 * Double($1)) }
      var pixels = [UInt8](repeating: 0, count: picture.width * picture.height)
      for y in box[1]..<box[3] { for x in box[0]..<box[2] { pixels[y * picture.width + x] = 255 } }
      mask = try Image(width: picture.width, height: picture.height, layout: .grey, pixels: pixels)
      try FileManager.default.createDirectory(
        at: folder.appending(path: "masks"), withIntermediateDirectories: true)
      try mask.writePNG(to: folder.appending(path: "masks/coffee.png"))
      func mass(_ more: [String], _ out: String) throws -> Double {
        let run = try CommandRun(
          [
            "evaluate", "squeezenet1_1", photograph.path, "--method", "gradient", "--metric",
            "relevance-mass", "--target", "\(cup.label)", "--output", out,
          ] + more, in: folder)
        #expect(run.status == 0, "\(run.errors)")
        let record = try json(
          Data(contentsOf: folder.appending(path: out).appending(path: "evaluation.json")))
        return try #require((record["findings"] as? [[String: Any]])?.first?["mean"] as? Double)
      }
      let (drawn, boxed) = (try mass(["--mask", "masks"], "a"), try mass([], "b"))
      #expect(abs(drawn - boxed) < 0.02)
    }
  }

  @Test(arguments: [
    (["--metric", "delete"], "there is no metric named “delete”; did you mean deletion"),
    (["--metric", "deletion:step=0"], "deletion, option step"),
    (["--metric", "deletion:fill=nan"], "deletion, option fill"),
    (["--boxes", "a", "--mask", "b"], "either --boxes or --mask"),
    (["--target", "boxed", "--boxes", "BOXES"], "no box is known"),
    (["--metric", "infidelity:side=999"], "set side to"),
  ]) func wrongUseIsRefused(arguments: [String], message: String) throws {
    try Fixture.withTemporaryFolder { folder in
      try Data("{\"images\": []}".utf8).write(to: folder.appending(path: "BOXES"))
      let run = try CommandRun(
        [
          "evaluate", "squeezenet1_1", Self.photograph("coffee.jpg").path, "--method", "gradient",
          "--output", "out",
        ] + arguments, in: folder)
      #expect(run.status == 2, "\(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "out").path))
    }
  }

  @Test(arguments: [
    (["--boxes", "missing.json"], "missing.json"), (["--mask", "missing"], "no folder of masks"),
    (["--boxes", "BROKEN"], "no valid JSON"),
  ]) func missingFilesAreNamed(arguments: [String], message: String) throws {
    try Fixture.withTemporaryFolder { folder in
      try Data("{\"images\": [".utf8).write(to: folder.appending(path: "BROKEN"))
      let run = try CommandRun(
        [
          "evaluate", "squeezenet1_1", Self.photograph("coffee.jpg").path, "--method", "gradient",
          "--output", "out",
        ] + arguments, in: folder)
      #expect(run.status == 1, "\(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test func metricsAreListedWithTheirOptions() throws {
    let list = try CommandRun(["metrics"])
    #expect(list.status == 0)
    for entry in Catalog.metrics { #expect(list.output.contains(entry.name)) }
    let one = try CommandRun(["metrics", "deletion"])
    #expect(one.status == 0 && one.output.contains("petsiuk2018rise"))
    #expect(one.output.contains("how many pixels are replaced at each step"))
    #expect(!one.output.contains("$"))
    #expect(try CommandRun(["metrics", "road", "--json"]).output.contains("\"needsRegions\""))
    #expect(try CommandRun(["metrics", "nothing"]).status == 2)
  }
}
