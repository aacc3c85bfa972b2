internal import Foundation

/// Sets of classes that hold the right one with a probability that is chosen beforehand: split-conformal
/// prediction.
///
/// With scores `s_i` of `n` samples that neither training nor fitting saw, the threshold `q̂` is the
/// `⌈(n + 1)(1 − α)⌉`-th smallest score, and infinite if there is none; the set of an input is all classes
/// whose score is at most `q̂`. It holds the right class with probability at least `1 − α` if samples are
/// exchangeable.
///
/// - Reference: Angelopoulos and Bates 2023, *Conformal Prediction: A Gentle Introduction*, sections 1.1
///   and 2.1 (`angelopoulos2023conformal`); LAC: Sadinle et al. 2019 (`sadinle2019least`); APS: Romano et
///   al. 2020 (`romano2020classification`).
public struct ConformalPrediction: Sendable, Codable, Equatable {
  /// How unusual a class is for an input.
  public enum Score: String, Sendable, CaseIterable, Codable {
    /// `1 − p_k`: the smallest sets on average.
    case leastAmbiguous = "lac"
    /// The sum of the probabilities of all classes that are at least as probable; ties in the order of
    /// classes. Sets grow where an input is hard.
    case adaptive = "aps"
  }

  /// How unusual a class is.
  public let score: Score
  /// α, the share of inputs whose set may miss the class.
  public let missRate: Double
  /// `q̂`; infinite where there were too few samples, so that sets hold every class.
  public let threshold: Double
  /// How many samples it was fitted to.
  public let sampleCount: Int

  /// Fits the threshold to probabilities, `[N][classes]`.
  ///
  /// - Throws: ``InterpretabilityError`` without samples, for a label that has no probability, or a miss
  ///   rate outside 0…1.
  public init(
    probabilities: [[Double]], labels: [Int], missRate: Double = 0.1,
    score: Score = .leastAmbiguous
  ) throws {
    try LabelCheck.check(probabilities, labels)
    guard missRate > 0, missRate < 1 else {
      throw InterpretabilityError(
        .invalidOption, "a conformal set that misses \(missRate); wanted more than 0, less than 1")
    }
    self.score = score
    self.missRate = missRate
    sampleCount = labels.count
    let scores = zip(probabilities, labels).map { row, label in Self.scores(row, score)[label] }
    let rank = Self.rank(labels.count, missRate)
    threshold = rank <= scores.count ? scores.sorted()[rank - 1] : .infinity
  }

  /// `⌈(n + 1)(1 − α)⌉`; a product that is whole up to rounding counts as whole.
  static func rank(_ count: Int, _ missRate: Double) -> Int {
    let product = Double(count + 1) * (1 - missRate)
    let whole = product.rounded()
    return max(1, Int(abs(product - whole) < 1e-9 * product ? whole : product.rounded(.up)))
  }

  /// The score of each class of one sample.
  static func scores(_ row: [Double], _ score: Score) -> [Double] {
    guard score == .adaptive else { return row.map { 1 - $0 } }
    let order = row.indices.sorted { (row[$1], $0) < (row[$0], $1) }
    var scores = row
    var total = 0.0
    for k in order {
      total += row[k]
      scores[k] = total
    }
    return scores
  }

  /// For each sample the classes of its set, in order; it may be empty.
  public func sets(_ probabilities: [[Double]]) -> [[Int]] {
    probabilities.map { row in
      Self.scores(row, score).enumerated().filter { $0.element <= threshold }.map(\.offset)
    }
  }

  /// The share of samples whose set holds the label, and the mean size of the sets.
  ///
  /// - Throws: ``InterpretabilityError`` without samples, or for a label that has no probability.
  public func coverage(
    probabilities: [[Double]], labels: [Int]
  ) throws -> (share: Double, meanSize: Double) {
    try LabelCheck.check(probabilities, labels)
    let sets = sets(probabilities)
    let held = zip(sets, labels).count { $0.contains($1) }
    let size = sets.reduce(0) { $0 + $1.count }
    return (Double(held) / Double(labels.count), Double(size) / Double(labels.count))
  }
}

extension ConformalPrediction {
  private enum CodingKeys: String, CodingKey { case score, missRate, threshold, sampleCount }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    score = try container.decode(Score.self, forKey: .score)
    missRate = try container.decode(Double.self, forKey: .missRate)
    // JSON has no infinity.
    threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) ?? .infinity
    sampleCount = try container.decode(Int.self, forKey: .sampleCount)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(score, forKey: .score)
    try container.encode(missRate, forKey: .missRate)
    if threshold.isFinite { try container.encode(threshold, forKey: .threshold) }
    try container.encode(sampleCount, forKey: .sampleCount)
  }
}
