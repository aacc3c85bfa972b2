@testable import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

@Suite struct ConformalPredictionTests {
  @Test func theThresholdsAreThoseOfNumPy() throws {
    let data = try CalibrationFixture.load()
    let half = data.labels.count / 2
    for (rate, wanted) in data.thresholds {
      for (score, threshold) in zip(ConformalPrediction.Score.allCases, wanted) {
        let found = try ConformalPrediction(
          probabilities: Array(data.probabilities[..<half]), labels: Array(data.labels[..<half]),
          missRate: #require(Double(rate)), score: score)
        #expect(abs(found.threshold - threshold) < 1e-12)
      }
    }
  }

  @Test func theRankIsThatOfTheFormula() {
    #expect(ConformalPrediction.rank(9, 0.1) == 9)
    #expect(ConformalPrediction.rank(10, 0.1) == 10)
    #expect(ConformalPrediction.rank(8, 0.1) == 9)
    #expect(ConformalPrediction.rank(19, 0.05) == 19)
    #expect(ConformalPrediction.rank(99, 0.3) == 70)
  }

  @Test func tooFewSamplesGiveSetsOfEveryClass() throws {
    let rows = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]
    let found = try ConformalPrediction(probabilities: rows, labels: [0, 1], missRate: 0.1)
    #expect(found.threshold == .infinity)
    #expect(found.sets(rows) == [[0, 1, 2], [0, 1, 2]])
    let copy = try JSONDecoder().decode(
      ConformalPrediction.self, from: JSONEncoder().encode(found))
    #expect(copy == found)
  }

  @Test func setsAreWhatTheScoresSay() throws {
    let row = [0.15, 0.5, 0.05, 0.3]
    expectClose(ConformalPrediction.scores(row, .adaptive), [0.95, 0.5, 1, 0.8])
    expectClose(ConformalPrediction.scores(row, .leastAmbiguous), [0.85, 0.5, 0.95, 0.7])
  }

  /// On samples drawn from the probabilities themselves the right class is held as often as promised.
  @Test(arguments: ConformalPrediction.Score.allCases)
  func theClassIsHeldAsOftenAsPromised(score: ConformalPrediction.Score) throws {
    var numbers = SeededNumbers(12)
    func draw(_ count: Int) -> (rows: [[Double]], labels: [Int]) {
      let rows = (0..<count).map { _ in
        let powers = (0..<6).map { _ in exp(1.5 * numbers.normal()) }
        return powers.map { $0 / powers.reduce(0, +) }
      }
      let labels = rows.map { row in
        var rest = numbers.uniform()
        return row.firstIndex {
          rest -= $0
          return rest < 0
        } ?? 5
      }
      return (rows, labels)
    }
    let (fit, test) = (draw(1000), draw(4000))
    let conformal = try ConformalPrediction(
      probabilities: fit.rows, labels: fit.labels, missRate: 0.1, score: score)
    let found = try conformal.coverage(probabilities: test.rows, labels: test.labels)
    // The threshold's own spread is √(0.9·0.1/1000), that of the share half of it.
    #expect(abs(found.share - 0.9) < 4 * (0.09 / 1000 + 0.09 / 4000).squareRoot())
    #expect(found.meanSize > 1 && found.meanSize < 6)
  }

  @Test(arguments: [0, 1, -0.1, Double.nan]) func aMissRateThatIsNoneIsRefused(rate: Double) {
    #expect(throws: InterpretabilityError.self) {
      try ConformalPrediction(probabilities: [[0.5, 0.5]], labels: [0], missRate: rate)
    }
  }
}
