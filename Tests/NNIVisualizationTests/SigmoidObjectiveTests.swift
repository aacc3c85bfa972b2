import Foundation
import NNITestSupport
import Testing

@testable import NNIVisualization

/// Objectives over networks that end in sigmoids.
@Suite struct SigmoidObjectiveTests {
  @Test func `Objectives take the logarithm of the sigmoid`() throws {
    let model = try OutputFixture.model("sigmoid-one")
    let input = try OutputFixture.tensor("sigmoid-one/input")
    let z = try model(input).doubles()
    for (index, sign) in [(0, 1.0), (1, -1.0)] {
      let objective = Objective.classLogProbability(index)
      let found = try PreparedObjective(objective, for: model).evaluate(input).values.doubles()
      expectClose(found, z.map { -log(1 + exp(-sign * $0)) })
    }
  }
}
