import Foundation
import NNITestSupport

/// What SciPy and literal NumPy formulas say of logits that are too sure; see the script beside it.
struct CalibrationFixture: Decodable {
  let logits: [[Double]]
  let labels: [Int]
  let likelihood, temperature, temperatureLikelihood, vectorLikelihood: Double
  let vectorScale, vectorOffset: [Double]
  let accuracy, brier: Double
  let binCounts: [Int]
  let expectedError, adaptiveError, maximumError, rootMeanSquareError: Double
  let positives, negatives: [Double]
  let area: Double
  let wilson: [[Double]]
  let thresholds: [String: [Double]]

  static func load() throws -> CalibrationFixture {
    let data = try Data(contentsOf: Fixture.url("uncertainty/calibration.json"))
    return try JSONDecoder().decode(CalibrationFixture.self, from: data)
  }

  /// The softmax of the logits, literally.
  var probabilities: [[Double]] {
    logits.map { row in
      let largest = row.max() ?? 0
      let total = row.reduce(0) { $0 + exp($1 - largest) }
      return row.map { exp($0 - largest) / total }
    }
  }
}
