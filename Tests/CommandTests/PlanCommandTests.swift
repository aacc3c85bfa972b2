import Foundation
import NNITestSupport
import NNInterpretability
import Testing

@Suite struct PlanCommandTests {
  private static let model = Fixture.url("golden/models/vgg-mini.onnx").path

  private func plan(_ method: String) throws -> [String: Any] {
    let run = try CommandRun([
      "plan", Self.model, "--method", method, "--shape", "2,3,32,32", "--json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    return try #require(json as? [String: Any])
  }

  @Test func everyMethodCanBePlanned() throws {
    for entry in Catalog.methods where entry.name != "cam" {
      let hasBox = entry.options.contains { $0.name == "low" }
      let plan = try plan(entry.name + (hasBox ? ":low=-2,high=2" : ""))
      let cost = try #require(plan["cost"] as? [String: Any])
      #expect(cost["forward"] as? Int ?? 0 >= 1, "\(entry.name)")
      #expect(plan["peakBytes"] as? Int ?? 0 > 0)
    }
  }

  @Test func rulesThatNobodyAskedForAreMarked() throws {
    let rules = try #require(plan("lrp-gamma")["rules"] as? [[String: Any]])
    func isDefault(_ node: String) -> Bool? {
      rules.first { $0["node"] as? String == node }?["isDefault"] as? Bool
    }
    #expect(isDefault("/features/features.0/Conv") == false)
    #expect(isDefault("/features/features.1/Relu") == true)
  }

  @Test func occlusionCountsItsWindows() throws {
    // (32 − 8)/4 + 1 = 7 along each side, and the clean pass.
    let cost = try #require(plan("occlusion:window=8,stride=4")["cost"] as? [String: Any])
    #expect(cost["forward"] as? Int == 50)
    #expect(cost["backward"] as? Int == 0)
  }

  @Test func occlusionTellsWhatIsComputedAgain() throws {
    func recomputation(_ method: String) throws -> [String: Any]? {
      let cost = try #require(plan(method)["cost"] as? [String: Any])
      return cost["recomputation"] as? [String: Any]
    }
    let small = try #require(try recomputation("occlusion:window=4,stride=4"))
    #expect(small["isIncremental"] as? Bool == true)
    #expect(try #require(small["multiplyAddShare"] as? Double) < 0.6)
    let large = try #require(try recomputation("occlusion:window=32,stride=32"))
    #expect(large["isIncremental"] as? Bool == false)
    #expect(large["multiplyAddShare"] as? Double == 1)
    #expect(try #require(try recomputation("feature-ablation:mask=superpixels")).isEmpty == false)
    #expect(try recomputation("gradient") == nil)
  }
}
