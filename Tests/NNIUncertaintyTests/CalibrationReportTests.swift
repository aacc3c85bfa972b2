@testable import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

@Suite struct CalibrationReportTests {
  @Test func theNumbersAreThoseOfTheLiteralFormulas() throws {
    let data = try CalibrationFixture.load()
    let report = try CalibrationReport(probabilities: data.probabilities, labels: data.labels)
    #expect(report.bins.map(\.count) == data.binCounts)
    for (found, wanted) in [
      (report.expectedError, data.expectedError), (report.adaptiveError, data.adaptiveError),
      (report.maximumError, data.maximumError),
      (report.rootMeanSquareError, data.rootMeanSquareError),
      (report.scores.accuracy, data.accuracy), (report.scores.brier, data.brier),
      (report.scores.negativeLogLikelihood, data.likelihood),
    ] { #expect(abs(found - wanted) < 1e-12) }
    #expect(report.adaptiveBins.map(\.count) == [Int](repeating: 16, count: 15))
  }

  @Test func wilsonsIntervalIsTheOneOfSciPy() throws {
    for row in try CalibrationFixture.load().wilson {
      let found = WilsonInterval.bounds(of: Int(row[0]), among: Int(row[1]))
      expectClose(found, Array(row[2...]), relative: 1e-12)
    }
    #expect(WilsonInterval.bounds(of: 0, among: 0) == [0, 1])
  }

  /// `(lo, hi]`: a border belongs to the bin below it, and 0 to the first.
  @Test func bordersBelongToTheBinBelow() throws {
    let shares = [0.5, 0.6, 0.8, 1]
    let report = try CalibrationReport(
      probabilities: shares.map { [$0, 1 - $0] }, labels: [0, 0, 0, 0],
      options: .init(bins: 5, resamples: 0))
    #expect(report.bins.map(\.count) == [0, 0, 2, 1, 1])
    #expect(report.chanceBand.isEmpty)
    let one = try CalibrationReport(
      probabilities: [[0.3, 0.7]], labels: [1], options: .init(bins: 10, resamples: 0))
    #expect(one.bins[6].count == 1)
  }

  @Test func aCalibratedNetworkLiesInTheBandAndATooSureOneDoesNot() throws {
    var numbers = SeededNumbers(9)
    let confidences = (0..<2000).map { _ in 0.5 + 0.5 * numbers.uniform() }
    let labels = confidences.map { numbers.uniform() < $0 ? 0 : 1 }
    let calibrated = try CalibrationReport(
      probabilities: confidences.map { [$0, 1 - $0] }, labels: labels,
      options: .init(resamples: 200, seed: 3))
    #expect(calibrated.chanceBand[0] <= calibrated.expectedError)
    #expect(calibrated.expectedError <= calibrated.chanceBand[1])
    #expect(calibrated.chanceBand[0] > 0)
    let sure = try CalibrationReport(
      probabilities: confidences.map { [($0 + 1) / 2, (1 - $0) / 2] }, labels: labels,
      options: .init(resamples: 200, seed: 3))
    #expect(sure.expectedError > sure.chanceBand[1])
    let again = try CalibrationReport(
      probabilities: confidences.map { [$0, 1 - $0] }, labels: labels,
      options: .init(resamples: 200, seed: 3))
    #expect(again == calibrated)
  }

  @Test func whatIsNoProbabilityIsRefused() throws {
    for (rows, labels, bins) in [
      ([[3.0, -1]], [0], 15), ([[0.5, 0.5]], [0], 0), ([[0.5, 0.5]], [2], 15), ([], [], 15),
      ([[0.5, .nan]], [0], 15),
    ] {
      #expect(throws: InterpretabilityError.self) {
        try CalibrationReport(
          probabilities: rows, labels: labels, options: .init(bins: bins, resamples: 0))
      }
    }
  }

  @Test func theAreaCountsTiesHalf() throws {
    let data = try CalibrationFixture.load()
    let found = try ReceiverOperatingCharacteristic.area(
      positives: data.positives, negatives: data.negatives)
    #expect(abs(found - data.area) < 1e-12)
    var literal = 0.0
    for p in data.positives {
      for n in data.negatives { literal += p > n ? 1 : p == n ? 0.5 : 0 }
    }
    #expect(abs(found - literal / Double(40 * 55)) < 1e-12)
    #expect(try ReceiverOperatingCharacteristic.area(positives: [1, 1], negatives: [1]) == 0.5)
    #expect(throws: InterpretabilityError.self) {
      try ReceiverOperatingCharacteristic.area(positives: [], negatives: [1])
    }
    #expect(throws: InterpretabilityError.self) {
      try ReceiverOperatingCharacteristic.area(positives: [.nan], negatives: [1])
    }
  }

  @Test func scoresOfStrangenessAreTheirFormulas() throws {
    let rows: [[Double]] = [[2, -1, 0.5], [0, 0, 0]]
    let logits = try Tensor(rows.flatMap { $0 }, shape: [2, 3])
    let p = rows.map { row in row.map { exp($0) / row.reduce(0) { $0 + exp($1) } } }
    expectClose(
      try OutOfDistributionScore.energy.scores(logits: logits),
      rows.map { row in -log(row.reduce(0) { $0 + exp($1) }) })
    expectClose(
      try OutOfDistributionScore.maximumProbability.scores(logits: logits),
      p.map { 1 - ($0.max() ?? 0) })
    expectClose(
      try OutOfDistributionScore.entropy.scores(logits: logits),
      p.map { -$0.reduce(0) { $0 + $1 * log($1) } })
    expectClose(try OutOfDistributionScore.vacuity.scores(logits: logits), [3 / 5.5, 1])
    #expect(throws: InterpretabilityError.self) {
      try OutOfDistributionScore.mutualInformation.scores(logits: logits)
    }
    let members = try MonteCarloDropout(DropoutNets.mixed(), passes: 5)
    let prediction = try PredictiveDistribution(members, input: SampleNets.mixedInput(2))
    #expect(
      try OutOfDistributionScore.mutualInformation.scores(prediction)
        == prediction.mutualInformation)
    #expect(throws: InterpretabilityError.self) {
      try OutOfDistributionScore.energy.scores(prediction)
    }
  }
}
