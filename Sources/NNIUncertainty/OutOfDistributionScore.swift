internal import Foundation

/// A number that should be larger for inputs of another kind than the network was trained on.
public enum OutOfDistributionScore: String, Sendable, CaseIterable, Codable {
  /// `1 − max_k p_k` (Hendrycks and Gimpel 2017; `hendrycks2017baseline`).
  case maximumProbability = "max-probability"
  /// `H(p)` in nats.
  case entropy
  /// What members disagree about, in nats.
  case mutualInformation = "mutual-information"
  /// `u = K / Σ (max(z, 0) + 1)` of evidential networks.
  case vacuity
  /// `−ln Σ exp z` (Liu et al. 2020, *Energy-based Out-of-distribution Detection*; `liu2020energy`).
  case energy

  /// The scores of logits, `[N, classes]`.
  ///
  /// - Throws: ``InterpretabilityError`` for the mutual information, which one network does not have, or for
  ///   logits that are not finite.
  public func scores(logits: Tensor) throws -> [Double] {
    switch self {
    case .vacuity: return try EvidentialPrediction(logits: logits).vacuity
    case .energy:
      guard try logits.isFinite() else {
        throw InterpretabilityError(.notFinite, "logits hold NaN or infinity")
      }
      return try logits.converted(to: .float64).rows().map { -LabelledLogits.softmax($0).logSum }
    case .mutualInformation:
      throw InterpretabilityError(
        .invalidOption,
        "mutual information is what members disagree about, and there is one network; take a "
          + "distribution of networks, or another score")
    default:
      return try PredictiveDistribution.probabilities(logits).map(probabilityScore)
    }
  }

  /// The scores of what a distribution of networks predicts.
  ///
  /// - Throws: ``InterpretabilityError`` for scores that need logits.
  public func scores(_ prediction: PredictiveDistribution) throws -> [Double] {
    switch self {
    case .mutualInformation: return prediction.mutualInformation
    case .vacuity, .energy:
      throw InterpretabilityError(
        .invalidOption,
        "\(rawValue) needs logits, and mean probabilities have none; take max-probability, entropy or "
          + "mutual-information")
    default: return prediction.mean.map(probabilityScore)
    }
  }

  private func probabilityScore(_ row: [Double]) -> Double {
    self == .entropy ? row.entropy : 1 - (row.max() ?? 0)
  }
}

/// The area under the receiver operating characteristic.
public enum ReceiverOperatingCharacteristic {
  /// The probability that a positive's score exceeds a negative's, where a tie counts half:
  /// `(1/(P N)) Σ_p Σ_n ([s_p > s_n] + ½ [s_p = s_n])`.
  ///
  /// Computed by ranks in `O(n log n)` (Mann and Whitney 1947; `mann1947test`).
  ///
  /// - Throws: ``InterpretabilityError`` when one of the lists is empty or holds NaN.
  public static func area(positives: [Double], negatives: [Double]) throws -> Double {
    guard !positives.isEmpty, !negatives.isEmpty,
      (positives + negatives).allSatisfy({ !$0.isNaN })
    else {
      throw InterpretabilityError(
        .invalidInput,
        "an area under a ROC needs scores of both kinds without NaN; got \(positives.count) and "
          + "\(negatives.count)")
    }
    let all = (positives.map { ($0, true) } + negatives.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var rankSum = 0.0
    var begin = 0
    while begin < all.count {
      var end = begin
      while end < all.count, all[end].0 == all[begin].0 { end += 1 }
      // Ranks count from 1; ties share the mean of theirs.
      let rank = Double(begin + 1 + end) / 2
      rankSum += rank * Double(all[begin..<end].count { $0.1 })
      begin = end
    }
    let (p, n) = (Double(positives.count), Double(negatives.count))
    return (rankSum - p * (p + 1) / 2) / (p * n)
  }
}
