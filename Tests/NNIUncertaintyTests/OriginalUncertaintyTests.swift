import NNIUncertainty
import Foundation
import NNITestSupport
import Testing

/// What the original package and PyTorch say of the original's uncertain classifiers.
@Suite struct OriginalUncertaintyTests {
  private func rotated(_ key: String) throws -> Tensor {
    let file = try SafetensorsFile(contentsOf: Fixture.url("uncertainty/rotated.safetensors"))
    return try file[key].converted(to: .float64)
  }

  /// The drawn 1, rotated by 0, −6, …, −54 degrees, as the original printed it: five digits.
  @Test func theVacuityOfRotatedDigitsIsTheOriginals() throws {
    let model = EvidentialModel(try OriginalPackage.model("evidential_cnn"))
    let images = try rotated("six")
    let found = try model(images)
    expectClose(
      found.vacuity, [0.2154, 0.23507, 0.30939, 0.52689, 1, 1, 1, 1, 0.9041, 0.4836],
      relative: 0, absolute: 6e-5)
    let logits = try model.model(images).indexOfMaximum(along: 1).doubles()
    #expect(logits == [1, 1, 1, 1, 1, 2, 2, 2, 4, 4])
  }

  @Test func evidenceIsItsFormula() throws {
    let logits = try Tensor([2, -1, 0.5, 0, 0, 0], shape: [2, 3], dtype: .float64)
    let found = try EvidentialPrediction(logits: logits)
    expectClose(found.concentration[0], [3, 1, 1.5])
    expectClose(found.strength, [5.5, 3])
    expectClose(found.probabilities[0], [3 / 5.5, 1 / 5.5, 1.5 / 5.5])
    expectClose(found.belief[0], [2 / 5.5, 0, 0.5 / 5.5])
    expectClose(found.vacuity, [3 / 5.5, 1])
    for sample in 0..<2 {
      let total = found.belief[sample].reduce(found.vacuity[sample], +)
      #expect(abs(total - 1) < 1e-15)
    }
    #expect(found.predicted == [0, 0])
    #expect(found.decided == [0, nil])
    for broken in [Double.nan, .infinity] {
      #expect(throws: InterpretabilityError.self) {
        try EvidentialPrediction(logits: Tensor([broken, 1], shape: [1, 2]))
      }
    }
    #expect(throws: InterpretabilityError.self) {
      try EvidentialPrediction(logits: Tensor([1.0], shape: [1, 1, 1]))
    }
  }

  @Test func validationTellsEvidenceOfRightAndWrongApart() throws {
    let model = EvidentialModel(try OriginalPackage.model("evidential_cnn"))
    let images = try rotated("six")
    let found = try model.validate(
      on: TensorDataset(images, labels: [Int](repeating: 1, count: 10)))
    let prediction = try model(images)
    let totals = prediction.evidence.map { $0.reduce(0, +) }
    let isRight = prediction.predicted.map { $0 == 1 }
    #expect(found.scores.accuracy == Double(isRight.count { $0 }) / 10)
    #expect(abs(found.meanVacuity - prediction.vacuity.reduce(0, +) / 10) < 1e-12)
    let right = zip(totals, isRight).filter(\.1).map(\.0)
    let wrong = zip(totals, isRight).filter { !$0.1 }.map(\.0)
    #expect(
      abs(found.evidenceWhereRight - right.reduce(0, +) / Double(right.count)) < 1e-10)
    #expect(
      abs(found.evidenceWhereWrong - wrong.reduce(0, +) / Double(wrong.count)) < 1e-10)
  }

  /// A sample without evidence has no class, not the first one: as label 0 it is an error, too.
  @Test func silenceCountsAsAnError() throws {
    let model = EvidentialModel(try OriginalPackage.model("evidential_cnn"))
    let images = try rotated("six")
    let prediction = try model(images)
    let silent = prediction.vacuity.map { $0 == 1 }
    #expect(zip(prediction.decided, silent).allSatisfy { ($0 == nil) == $1 })
    // Every silent sample is labelled 0, the others as the network decides, but for one.
    var labels = prediction.decided.map { $0 ?? 0 }
    let spoken = silent.indices.filter { !silent[$0] }
    labels[spoken[0]] = 9
    let found = try model.validate(on: TensorDataset(images, labels: labels))
    let right = Double(spoken.count - 1)
    #expect(abs(found.scores.accuracy - right / 10) < 1e-12)
    #expect(abs(found.accuracyWithEvidence - right / Double(spoken.count)) < 1e-12)
    #expect(abs(found.silence - Double(silent.count { $0 }) / 10) < 1e-12)
  }

  private struct Cases: Decodable {
    struct Case: Decodable {
      let mean, deviation, votes: [Double]
      let expectedEntropy, entropyDeviation: Double
    }
    let passes: Int
    let cases: [Case]
  }

  /// Means over our masks and over those of PyTorch's own dropout differ by chance alone.
  @Test func dropoutAgreesWithPyTorchUpToChance() throws {
    let data = try Data(contentsOf: Fixture.url("uncertainty/dropout.json"))
    let wanted = try JSONDecoder().decode(Cases.self, from: data)
    let model = try OriginalPackage.model("mc_dropout_cnn", as: "cnn_dropout", .float32)
    let passes = 400
    let members = try MonteCarloDropout(model, passes: passes, seed: 1)
    let images = try rotated("seven").converted(to: .float32)
    let chance = (1 / Double(passes) + 1 / Double(wanted.passes)).squareRoot()
    for (position, expected) in zip([0, 2, 3], wanted.cases) {
      let found = try PredictiveDistribution(
        members, input: images.narrowed(axis: 0, to: position..<(position + 1)))
      for k in 0..<10 {
        // Five deviations of the difference of two means.
        #expect(
          abs(found.mean[0][k] - expected.mean[k]) < 5 * chance * expected.deviation[k] + 1e-6)
        let share = Double(found.votes[0][k]) / Double(passes)
        let spread = (expected.votes[k] * (1 - expected.votes[k])).squareRoot()
        #expect(abs(share - expected.votes[k]) < 5 * chance * spread + 2e-3)
      }
      #expect(
        abs(found.expectedEntropy[0] - expected.expectedEntropy)
          < 5 * chance * expected.entropyDeviation)
    }
  }
}
