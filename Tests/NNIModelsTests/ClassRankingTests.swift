import NNIModels
import Foundation
import NNITestSupport
import Testing

@Suite struct ClassRankingTests {
  @Test func classesComeByFallingLogitAndTheFirstOfEqualOnes() throws {
    let logits = try Tensor([1, 3, 3, 0, -2, 0, 5, 1], shape: [2, 4])
    let rankings = try ClassRanking.all(logits)
    #expect(rankings.map { $0.entries.map(\.index) } == [[1, 2, 0, 3], [2, 3, 1, 0]])
    let total = exp(1.0) + 2 * exp(3.0) + 1
    expectClose(
      rankings[0].entries.map(\.probability),
      [exp(3.0), exp(3.0), exp(1.0), 1].map { $0 / total })
    #expect(rankings[1].entries.map(\.logit) == [5, 1, 0, -2])
  }

  @Test func valuesThatAreNoLogitsHaveNoRanking() throws {
    #expect(try ClassRanking.all(.full([2, 3, 4, 4], 0)).isEmpty)
  }
}
