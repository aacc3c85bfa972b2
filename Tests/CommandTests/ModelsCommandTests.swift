import Foundation
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// What `nni models` and `nni data` list.
@Suite struct ModelsCommandTests {
  /// What torchvision 0.28 states as `num_params`.
  private static let parameterCounts = [
    "alexnet": 61_100_840, "densenet121": 7_978_856, "densenet169": 14_149_480,
    "densenet201": 20_013_928, "mobilenet_v2": 3_504_872, "resnet18": 11_689_512,
    "resnet34": 21_797_672, "resnet50": 25_557_032, "resnet101": 44_549_160,
    "squeezenet1_0": 1_248_424, "squeezenet1_1": 1_235_496, "vgg11": 132_863_336,
    "vgg11_bn": 132_868_840, "vgg13": 133_047_848, "vgg13_bn": 133_053_736,
    "vgg16": 138_357_544, "vgg16_bn": 138_365_992, "vgg19": 143_667_240,
    "vgg19_bn": 143_678_248,
  ]

  private func json(_ arguments: [String]) throws -> [String: Any] {
    let run = try CommandRun(arguments)
    #expect(run.status == 0, "\(run.errors)")
    return try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test func everyShippedModelIsListedWithItsSizeAndSource() throws {
    let text = try CommandRun(["models"]).output
    let models = try #require(json(["models", "--json"])["models"] as? [[String: Any]])
    #expect(try models.map { $0["name"] as? String } == Shipped.models.map(\.name))
    for (model, shipped) in zip(models, try Shipped.models) {
      #expect(text.contains(shipped.card.summary) && text.contains(shipped.card.source))
      let size = try Data(contentsOf: shipped.url).count
      #expect(model["bytes"] as? Int == size)
      #expect(model["licence"] as? String == shipped.card.licence)
      let metadata = try SafetensorsFile(contentsOf: shipped.url).metadata
      for (key, name) in [
        ("accuracy", "accuracy"), ("recipe", "recipe"), ("seed", "seed"),
        ("data_digest", "dataDigest"),
      ] {
        #expect(model[name] as? String == metadata[key] ?? "")
      }
    }
  }

  @Test func publishedModelsHaveArchitecturesAndDigests() throws {
    let published = try #require(json(["models", "--json"])["published"] as? [[String: Any]])
    #expect(published.count >= 20)
    for model in published {
      let architecture = try #require(model["architecture"] as? String)
      #expect(throws: Never.self) { try Catalog.architecture(named: architecture) }
      let url = try #require(URL(string: model["url"] as? String ?? ""))
      let digest = try #require(model["digestPrefix"] as? String)
      #expect(digest.wholeMatch(of: /[0-9a-f]{8}/) != nil)
      #expect(url.lastPathComponent.hasSuffix("-\(digest).pth") && url.scheme == "https")
      // Four bytes a number and a little more.
      let numbers = try #require(Self.parameterCounts[architecture])
      let bytes = try #require(model["megabytes"] as? Double) * 1e6
      #expect((0.9999...1.02).contains(bytes / Double(4 * numbers)), "\(model)")
    }
  }

  @Test func theShippedDigitsAreTheDefaultData() throws {
    let data = try json(["data", "--json", "--split-seed", "3"])
    let parts = try #require(data["parts"] as? [[String: Any]])
    #expect(parts.map { $0["samples"] as? Int } == [3500, 500, 1000])
    #expect(parts.allSatisfy { $0["shape"] as? [Int] == [1, 28, 28] })
    #expect(try parts.allSatisfy { $0["digest"] as? String == (try Shipped.digits().digest) })
    let classes = parts.compactMap { $0["classes"] as? [String: Int] }
    #expect(
      (0..<10).allSatisfy { digit in
        classes.reduce(0) { $0 + ($1["\(digit)"] ?? 0) } == 500
      })
    let text = try CommandRun(["data", "--model", "squeezenet1_1", "--test-share", "0.5"])
    #expect(text.output.contains("3×224×224") && text.output.contains("2500"), "\(text.errors)")
  }

  @Test func badDataIsRefused() throws {
    try Fixture.withTemporaryFolder { folder in
      for (arguments, status, words) in [
        (["--data", "nowhere"], 1, "nowhere"), (["--data", folder.path], 1, "neither idx files"),
        (["--test-share", "2"], 2, "0…1"), (["--validation-share", "nan"], 2, "0…1"),
        (["--split-seed", "-1"], 2, "split-seed"),
      ] as [([String], Int32, String)] {
        let run = try CommandRun(["data"] + arguments)
        #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
      }
    }
  }
}
