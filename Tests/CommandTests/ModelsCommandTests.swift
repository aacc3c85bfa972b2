import Foundation
import NNIShipped
import NNITestSupport
import NNInterpretability
import Testing

/// What `nni models` and `nni data` list.
@Suite struct ModelsCommandTests {
  /// What torchvision 0.28 says of its weights; see `Tests/Fixtures/architectures/tables.py`.
  private struct Published: Decodable {
    let file: String
    let mebibytes: Double
    let accuracy: Double
    let parameters: Int
    let size: Int
    let resize: Int
    let interpolation: String
    let mean: [Double]
    let std: [Double]
  }

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

  @Test func publishedModelsAreTorchvisions() throws {
    let published = try #require(json(["models", "--json"])["published"] as? [[String: Any]])
    let wanted = try JSONDecoder().decode(
      [String: Published].self,
      from: Data(contentsOf: Fixture.url("architectures/published.json")))
    #expect(published.compactMap { $0["name"] as? String } == wanted.keys.sorted())
    for model in published {
      let name = try #require(model["name"] as? String)
      let stated = try #require(wanted[name])
      let architecture = try #require(model["architecture"] as? String)
      #expect(throws: Never.self) { try Catalog.architecture(named: architecture) }
      let url = try #require(URL(string: model["url"] as? String ?? ""))
      #expect(url.lastPathComponent == stated.file && url.scheme == "https")
      let digest = try #require(model["digestPrefix"] as? String)
      #expect(digest.wholeMatch(of: /[0-9a-f]{8}|[0-9a-f]{10}/) != nil)
      #expect(stated.file.hasSuffix("-\(digest).pth"))
      #expect(model["accuracy"] as? Double == stated.accuracy)
      let bytes = try #require(model["megabytes"] as? Double) * 1e6
      #expect(abs(bytes / 0x1p20 - stated.mebibytes) < 1e-9)
      // Four bytes a number and a little more; the first wide ResNets are in half precision.
      let isHalf = architecture.hasPrefix("wide_resnet") && !name.hasSuffix("-v2")
      let numbers = Double((isHalf ? 2 : 4) * stated.parameters)
      #expect((0.9999...1.025).contains(bytes / numbers), "\(name): \(bytes / numbers)")
    }
  }

  @Test func publishedModelsStateTorchvisionsInput() throws {
    let published = try #require(json(["models", "--json"])["published"] as? [[String: Any]])
    let wanted = try JSONDecoder().decode(
      [String: Published].self,
      from: Data(contentsOf: Fixture.url("architectures/published.json")))
    for model in published {
      let name = try #require(model["name"] as? String)
      let stated = try #require(wanted[name])
      let input = try #require(model["input"] as? [String: Any])
      #expect(input["size"] as? [Int] == [stated.size, stated.size], "\(name)")
      #expect(input["resize"] as? Int == stated.resize, "\(name)")
      #expect(input["interpolation"] as? String == stated.interpolation, "\(name)")
      // These turn ImageNet's normalisation into one by 0.5 inside the network.
      let isTransformed = ["googlenet", "inception_v3"].contains(name)
      let half = [0.5, 0.5, 0.5]
      #expect(input["mean"] as? [Double] == (isTransformed ? half : stated.mean), "\(name)")
      #expect(input["std"] as? [Double] == (isTransformed ? half : stated.std), "\(name)")
      let isWeak = name.contains("-swag")
      #expect((model["licence"] as? String)?.contains("CC-BY-NC") == isWeak, "\(name)")
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
