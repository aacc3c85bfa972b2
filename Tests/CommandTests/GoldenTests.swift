import Foundation
import NNITestSupport
import NNInterpretability
import Testing

/// Every reference attribution whose method is in the catalogue, through `nni attribute --cases`.
@Suite struct GoldenTests {
  private struct Case: Decodable {
    let id: String
    let method: String
    let expected: String
    let rtol: Double
    let compare: String?
    let ledger: [String]?
  }

  /// Convolutional networks, and networks with attention, tokens, recurrence, several inputs and outputs.
  @Test(arguments: [("golden", 159), ("golden/transformers", 393)])
  func allReferencesOfMethodsThatExistAreMet(suite: String, count: Int) throws {
    let folder = Fixture.url(suite)
    let data = try Data(contentsOf: folder.appending(path: "cases.json"))
    let known = Set(Catalog.methods.map(\.name)).union(["forward"])
    let cases = try JSONDecoder().decode([Case].self, from: data).filter {
      known.contains($0.method)
    }
    #expect(cases.count == count)

    try Fixture.withTemporaryFolder { temporary in
      // Cases of methods that are not there yet stay out, and models keep their place.
      let all = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
      let chosen = all.compactMap { item -> [String: Any]? in
        guard let method = item["method"] as? String, known.contains(method) else { return nil }
        var item = item
        item["model"] = folder.appending(path: item["model"] as? String ?? "").path
        return item
      }
      let list = temporary.appending(path: "cases.json")
      try JSONSerialization.data(withJSONObject: chosen).write(to: list)
      let result = temporary.appending(path: "result.safetensors")
      let run = try CommandRun([
        "attribute", "--cases", list.path, "--tensors",
        folder.appending(path: "tensors.safetensors").path, "--output", result.path, "--dtype",
        "float64",
      ])
      #expect(run.status == 0, "\(run.errors)")

      let wanted = try SafetensorsFile(contentsOf: folder.appending(path: "tensors.safetensors"))
      let got = try SafetensorsFile(contentsOf: result)
      var passed = 0
      for item in cases {
        var actual = try got[item.id]
        if item.compare == "sum-per-sample" { actual = try actual.sumPerSample() }
        let expected = try wanted[item.expected].converted(to: .float64)
        #expect(actual.shape == expected.shape, "\(item.id)")
        // Some nets are dead for some inputs: then all that is expected is zero.
        let isMet = try (actual - expected).norm() <= item.rtol * expected.norm()
        #expect(isMet, "\(item.id)")
        if isMet { passed += 1 }
        guard let rows = item.ledger else { continue }
        // Each row of the ledger: class tokens, positions, biases and so on.
        let (kept, reference) = try (got["\(item.id)/ledger"], wanted["\(item.expected)/ledger"])
        #expect(kept.shape == [reference.shape[0], rows.count], "\(item.id)")
        let score = try reference.sum(over: [1], keepingAxes: true).magnitude()
        let largest = try ((kept - reference).magnitude() / (score + 1e-9))
          .maximum(over: [0, 1]).item()
        #expect(largest <= 10 * item.rtol, "\(item.id): a row is off by \(largest) of the score")
      }
      let waiting = all.count - cases.count
      print("golden: \(passed) of \(cases.count) cases pass, \(waiting) wait for their method")
    }
  }
}
