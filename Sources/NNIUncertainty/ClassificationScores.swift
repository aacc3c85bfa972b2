internal import Foundation

/// How good probabilities are on labelled samples.
///
/// `NLL = −(1/N) Σ_n ln p_{n y_n}` in nats, where a probability below 2.2e-308 counts as that, and
/// `Brier = (1/N) Σ_n Σ_k (p_nk − [k = y_n])²`, from 0 to 2.
///
/// - Reference: Brier 1950, *Verification of Forecasts Expressed in Terms of Probability*, equation 2
///   (`brier1950verification`).
public struct ClassificationScores: Sendable, Codable, Equatable {
  /// How many samples were looked at.
  public let count: Int
  /// The share of samples whose most probable class is the label.
  public let accuracy: Double
  /// The mean negative log-likelihood, in nats.
  public let negativeLogLikelihood: Double
  /// The mean squared distance of the probabilities from the label.
  public let brier: Double

  /// Scores probabilities, `[N][classes]`.
  ///
  /// - Throws: ``InterpretabilityError`` without samples, or when a label has no probability.
  public init(probabilities: [[Double]], labels: [Int]) throws {
    try LabelCheck.check(probabilities, labels)
    count = labels.count
    var (right, likelihood, distance) = (0, 0.0, 0.0)
    for (row, label) in zip(probabilities, labels) {
      if row.indexOfLargest == label { right += 1 }
      likelihood -= log(max(row[label], .leastNormalMagnitude))
      for (k, p) in row.enumerated() {
        let difference = p - (k == label ? 1 : 0)
        distance += difference * difference
      }
    }
    let samples = Double(labels.count)
    accuracy = Double(right) / samples
    negativeLogLikelihood = likelihood / samples
    brier = distance / samples
  }
}

extension ClassificationScores {
  /// The same with another accuracy, for networks that may decide for no class.
  func with(accuracy: Double) -> ClassificationScores {
    ClassificationScores(
      count: count, accuracy: accuracy, negativeLogLikelihood: negativeLogLikelihood, brier: brier)
  }

  private init(count: Int, accuracy: Double, negativeLogLikelihood: Double, brier: Double) {
    self.count = count
    self.accuracy = accuracy
    self.negativeLogLikelihood = negativeLogLikelihood
    self.brier = brier
  }
}

/// Whether rows of numbers and labels belong together.
enum LabelCheck {
  /// - Throws: ``InterpretabilityError`` without samples, for rows of different lengths or with NaN, or a
  ///   label that has no column.
  static func check(_ rows: [[Double]], _ labels: [Int]) throws {
    guard rows.count == labels.count, let first = rows.first, !first.isEmpty else {
      throw InterpretabilityError(
        .invalidInput,
        "\(rows.count) predictions for \(labels.count) labels; wanted one for each, and at least one"
      )
    }
    for (sample, row) in rows.enumerated() {
      guard row.count == first.count, row.allSatisfy(\.isFinite) else {
        throw InterpretabilityError(
          .invalidInput,
          "the prediction of sample \(sample) holds \(row.count) numbers or NaN; wanted "
            + "\(first.count) that are finite")
      }
      guard row.indices.contains(labels[sample]) else {
        throw InterpretabilityError(
          .invalidInput,
          "sample \(sample) has label \(labels[sample]); the network has \(row.count) classes, from 0"
        )
      }
    }
  }
}
