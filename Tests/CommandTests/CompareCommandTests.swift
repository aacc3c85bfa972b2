import Foundation
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

@Suite(.serialized) struct CompareCommandTests {
  private struct Result: Decodable {
    struct Photograph: Decodable {
      let targets: [Target]
    }
    struct Target: Decodable {
      let name: String
      let score: Double
      let methods: [Method]
    }
    struct Method: Decodable {
      struct Curves: Decodable {
        let shares: [Double]
        let deletion: [Double]
        let insertion: [Double]
        let deletionArea: Double
        let insertionArea: Double
      }
      let name: String
      let map: String
      let twinMap: String?
      let unit: String
      let largestMagnitude: Double
      let twinRankCorrelation: Double?
      let curves: Curves?
      let manifest: Manifest
    }
    let photographs: [Photograph]
  }

  private static func photograph() throws -> URL {
    try #require(try Shipped.photographs.first { $0.path.contains("chelsea") })
  }

  private func compare(_ folder: URL, _ more: [String] = []) throws -> CommandRun {
    try CommandRun(
      [
        "compare", "squeezenet1_1", try Self.photograph().path, "--method", "grad-cam", "--method",
        "lrp-composite:preset=epsilon-plus-flat", "--steps", "4", "--output", folder.path,
      ] + more)
  }

  @Test func writesAPageNumbersMapsAndPictures() throws {
    try Fixture.withTemporaryFolder { folder in
      let run = try compare(folder)
      #expect(run.status == 0, "\(run.errors)")
      let files = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
      #expect(
        files == [
          "chelsea-1.pdf", "chelsea-1.png", "chelsea-2.pdf", "chelsea-2.png", "comparison.html",
          "comparison.json", "maps.safetensors",
        ])
      let data = try Data(contentsOf: folder.appending(path: "comparison.json"))
      let result = try JSONDecoder().decode(Result.self, from: data)
      let targets = try #require(result.photographs.first).targets
      #expect(targets.map(\.name) == ["Egyptian cat", "tiger cat"])
      let maps = try SafetensorsFile(contentsOf: folder.appending(path: "maps.safetensors"))
      for target in targets {
        for method in target.methods {
          let map = try maps[method.map].doubles()
          #expect(abs((map.map(abs).max() ?? 0) - method.largestMagnitude) < 1e-6)
          let twin = try maps[try #require(method.twinMap)].doubles()
          #expect(twin.count == map.count && twin != map)
          let correlation = try #require(method.twinRankCorrelation)
          #expect(abs(correlation) < 0.95)
          let curves = try #require(method.curves)
          // Steps widen, and trapezoids are as wide as they.
          let shares: [Double] = [0, 0.0625, 0.25, 0.5625, 1]
          #expect(curves.shares == shares)
          var area = 0.0
          for k in 0..<4 {
            let height = (curves.deletion[k] + curves.deletion[k + 1]) / 2
            area += height * (shares[k + 1] - shares[k])
          }
          #expect(abs(curves.deletionArea - area) < 1e-9)
          // Nothing taken away and everything put back is the photograph.
          #expect(abs(curves.deletion[0] - curves.insertion[4]) < 1e-5)
        }
        // The map that promises its sum keeps it.
        let relevance = try #require(target.methods.last)
        let sum = try maps[relevance.map].doubles().reduce(0, +)
        #expect(abs(sum - relevance.manifest.ledger.sum[0]) < 1e-3 * abs(sum))
        #expect(abs(relevance.manifest.ledger.score[0] - target.score) < 1e-6)
      }
      let page = try String(
        contentsOf: folder.appending(path: "comparison.html"), encoding: .utf8)
      #expect(page.utf8.count < 5_000_000)
      #expect(page.contains("nni compare squeezenet1_1"))
    }
  }

  private struct Evaluation: Decodable {
    struct Finding: Decodable {
      struct Found: Decodable { let values: [Double?] }
      let method: String
      let metric: String
      let result: Found
    }
    let findings: [Finding]
  }

  /// The same curve with the same steps has the same area, whichever command is asked.
  @Test func evaluateFindsTheSameAreas() throws {
    try Fixture.withTemporaryFolder { folder in
      let (page, judged) = (folder.appending(path: "a"), folder.appending(path: "b"))
      let compared = try CommandRun([
        "compare", "squeezenet1_1", try Self.photograph().path, "--method", "grad-cam", "--target",
        "predicted", "--steps", "5", "--output", page.path,
      ])
      #expect(compared.status == 0, "\(compared.errors)")
      let evaluated = try CommandRun([
        "evaluate", "squeezenet1_1", try Self.photograph().path, "--method", "grad-cam", "--metric",
        "deletion:steps=5", "--metric", "insertion:steps=5", "--output", judged.path,
      ])
      #expect(evaluated.status == 0, "\(evaluated.errors)")
      let result = try JSONDecoder().decode(
        Result.self, from: Data(contentsOf: page.appending(path: "comparison.json")))
      let study = try JSONDecoder().decode(
        Evaluation.self, from: Data(contentsOf: judged.appending(path: "evaluation.json")))
      let curves = try #require(result.photographs[0].targets[0].methods[0].curves)
      func area(_ metric: String) throws -> Double {
        let found = study.findings.first { $0.method == "grad-cam" && $0.metric.hasPrefix(metric) }
        return try #require(found?.result.values.first ?? nil)
      }
      #expect(try abs(area("deletion") - curves.deletionArea) < 1e-12)
      #expect(try abs(area("insertion") - curves.insertionArea) < 1e-12)
    }
  }

  @Test func theSeedDecidesTheTwinAndNothingElse() throws {
    try Fixture.withTemporaryFolder { folder in
      let places = ["a", "b", "c"].map { folder.appending(path: $0) }
      for (place, seed) in zip(places, ["0", "0", "1"]) {
        let run = try CommandRun([
          "compare", "squeezenet1_1", try Self.photograph().path, "--method", "grad-cam", "--steps",
          "0", "--seed", seed, "--target", "tiger cat", "--output", place.path,
        ])
        #expect(run.status == 0, "\(run.errors)")
      }
      let files = try places.map {
        try SafetensorsFile(contentsOf: $0.appending(path: "maps.safetensors"))
      }
      #expect(files[0].names.count == 2)
      for name in files[0].names {
        let values = try files.map { try $0[name].doubles() }
        #expect(values[0] == values[1], "\(name)")
        #expect((values[0] == values[2]) != name.hasSuffix("/random"), "\(name)")
      }
    }
  }

  @Test(arguments: [
    (["--target", "dragonfly fish"], Int32(2), "dragonfly"), (["--target", "1000"], 2, "1000"),
    (["--steps", "-1"], 2, "steps"), (["--method", "grad-cams"], 2, "grad-cam"),
    (["none.jpg"], 1, "none.jpg"), (["--seed", "many"], 2, "seed"),
  ])
  func badInputIsRefused(arguments: [String], status: Int32, word: String) throws {
    try Fixture.withTemporaryFolder { folder in
      let output = folder.appending(path: "out")
      let run = try compare(output, arguments)
      #expect(run.status == status, "\(run.errors)")
      #expect(run.errors.contains(word), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: output.path))
    }
  }

  /// What the pages of both commands show, in a browser.
  ///
  /// Set `NNI_SCREENSHOTS` to a folder to look at them.
  @Test(.enabled(if: Browser.executable != nil, "Chromium is not installed"))
  func pagesStandInABrowser() throws {
    try Fixture.withTemporaryFolder { folder in
      #expect(try compare(folder).status == 0)
      let run = try CommandRun([
        "explain", "squeezenet1_1", try Self.photograph().path, "--method", "grad-cam", "--output",
        folder.path,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let browser = try Browser(width: 1400, height: 1000)
      try browser.check(folder.appending(path: "report.html"), screenshot: "explain")
      try browser.check(folder.appending(path: "comparison.html"), screenshot: "compare") {
        try browser.wait(until: "document.body.dataset.ready === 'true'")
        let maps = try SafetensorsFile(contentsOf: folder.appending(path: "maps.safetensors"))
        // The strongest value of each map, as the keyboard finds it.
        for (cell, method) in ["grad-cam", "lrp-composite"].enumerated() {
          let canvas = "document.querySelector('#cell\(cell) .plate canvas')"
          try browser.value("\(canvas).focus()")
          try browser.press("Home")
          let text = try browser.text("document.querySelector('#cell\(cell) .reading b').innerText")
          let found = try #require(Double(text.prefix { $0 != " " }.replacing("−", with: "-")))
          let values = try maps["chelsea/1/\(method)"].doubles()
          let largest = try #require(values.max { abs($0) < abs($1) })
          #expect(abs(found - largest) <= 0.01 * abs(largest), "\(text), not \(largest)")
        }
      }
    }
  }
}
