internal import Foundation

/// What the members of a distribution predict for a batch, and how far they disagree.
///
/// With `p_tk` the probability that member `t` of `T` gives class `k`, and `p̄ = (1/T) Σ_t p_t`:
///
/// | | |
/// |---|---|
/// | ``entropy`` | `H(p̄) = −Σ_k p̄_k ln p̄_k`, all uncertainty |
/// | ``expectedEntropy`` | `(1/T) Σ_t H(p_t)`, what would stay if the right member were known |
/// | ``mutualInformation`` | the difference: what the members disagree about |
///
/// in nats; `entropy = expectedEntropy + mutualInformation`. Probabilities are averaged, not logits.
///
/// - Reference: Houlsby et al. 2011, *Bayesian Active Learning for Classification and Preference Learning*,
///   equation 2 (`houlsby2011bayesian`); Depeweg et al. 2018, *Decomposition of Uncertainty in Bayesian
///   Deep Learning*, equation 3 (`depeweg2018decomposition`).
public struct PredictiveDistribution: Sendable {
  /// How many members were asked.
  public let passes: Int
  /// The mean of the members' probabilities, `[N][classes]`.
  public private(set) var mean: [[Double]] = []
  /// The variance of the members' probabilities with `T − 1` in the denominator, `[N][classes]`; 0 for one
  /// member.
  public private(set) var variance: [[Double]] = []
  /// How many members give each class the largest probability, `[N][classes]`; of labels that do not
  /// exclude each other how many give it more than ½.
  public private(set) var votes: [[Int]] = []
  /// `H(p̄)` for each sample, in nats.
  public private(set) var entropy: [Double] = []
  /// `(1/T) Σ_t H(p_t)` for each sample, in nats.
  public private(set) var expectedEntropy: [Double] = []
  /// `entropy − expectedEntropy` for each sample, at least 0.
  public private(set) var mutualInformation: [Double] = []
  private let meaning: OutputMeaning
  /// Whether one class of each sample is right; else each label is or is not, and entropies are sums over
  /// labels of `−p ln p − (1 − p) ln(1 − p)`.
  private var isExclusive: Bool { meaning.kind != .sigmoid || hasOneLogit }
  private var hasOneLogit = false

  /// The class with the largest mean probability for each sample.
  public var predicted: [Int] { mean.map(\.indexOfLargest) }

  /// Asks all members.
  ///
  /// - Parameters:
  ///   - distribution: The members.
  ///   - input: The batch, `[N, …]`.
  ///   - firstSample: The position of the batch's first sample in the data, by which random numbers are
  ///     keyed.
  ///   - progress: Is told how many of all passes are done; what it throws ends the work.
  ///   - each: Receives all probabilities of a sample, `[T][classes]`, as soon as they are there.
  /// - Throws: ``InterpretabilityError`` when the input does not fit or a value is not finite.
  public init(
    _ distribution: any ModelDistribution, input: Tensor, firstSample: Int = 0,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in },
    each: (_ sample: Int, _ probabilities: [[Double]]) throws -> Void = { _, _ in }
  ) throws {
    passes = distribution.count
    meaning = distribution.model.outputMeaning
    let input = try distribution.model.checked(input)
    let total = input.shape[0] * passes
    var done = 0
    func report(_ count: Int) throws {
      done += count
      try progress(done, total)
    }
    if case .networks = distribution.layout {
      try askEach(distribution, input, firstSample, report, each)
      return
    }
    let batches = try MemberBatches(distribution, input: input, firstSample: firstSample)
    for sample in 0..<input.shape[0] {
      var rows: [[Double]] = []
      try batches.forEach(sample: sample) { batch in
        rows += try probabilities(batch.model(batch.input)).prefix(batch.passes.count)
        try report(batch.passes.count)
      }
      try add(rows)
      try each(sample, rows)
    }
  }

  /// Networks of their own see samples together instead of passes.
  private mutating func askEach(
    _ distribution: any ModelDistribution, _ input: Tensor, _ firstSample: Int,
    _ report: (Int) throws -> Void, _ each: (Int, [[Double]]) throws -> Void
  ) throws {
    let count = input.shape[0]
    for begin in stride(from: 0, to: count, by: MemberBatches.mostRows) {
      let range = begin..<min(begin + MemberBatches.mostRows, count)
      let clean = try input.narrowed(axis: 0, to: range)
      let rows = try (0..<distribution.count).map { pass in
        try Task.checkCancellation()
        let draws = range.map { MemberDraw(pass: pass, sample: firstSample + $0) }
        let found = try probabilities(
          distribution.member(draws)(distribution.input(clean, draws)))
        try report(range.count)
        return found
      }
      for sample in range {
        let own = rows.map { $0[sample - begin] }
        try add(own)
        try each(sample, own)
      }
    }
  }

  /// Takes up one sample's probabilities, `[T][classes]`.
  private mutating func add(_ rows: [[Double]]) throws {
    let classes = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == classes }) else {
      throw InterpretabilityError(
        .invalidOption, "the members have different numbers of classes: \(Set(rows.map(\.count)))")
    }
    var mean = [Double](repeating: 0, count: classes)
    var squares = mean
    var votes = [Int](repeating: 0, count: classes)
    var expected = 0.0
    for (pass, row) in rows.enumerated() {
      for k in 0..<classes {
        let difference = row[k] - mean[k]
        mean[k] += difference / Double(pass + 1)
        squares[k] += difference * (row[k] - mean[k])
      }
      if isExclusive {
        votes[row.indexOfLargest] += 1
      } else {
        for k in 0..<classes where row[k] > 0.5 { votes[k] += 1 }
      }
      expected += entropy(of: row)
    }
    expected /= Double(max(rows.count, 1))
    let entropy = entropy(of: mean)
    self.mean.append(mean)
    variance.append(squares.map { $0 / Double(max(rows.count - 1, 1)) })
    self.votes.append(votes)
    self.entropy.append(entropy)
    expectedEntropy.append(expected)
    // Jensen's inequality; rounding may put it below zero.
    mutualInformation.append(max(0, entropy - expected))
  }

  /// The entropy of classes of which one is right, or of labels that each are or are not.
  private func entropy(of row: [Double]) -> Double {
    isExclusive ? row.entropy : row.reduce(0) { $0 + [$1, 1 - $1].entropy }
  }

  /// The probabilities of classes, in double precision, row by row, by what the outputs are.
  private mutating func probabilities(_ logits: Tensor) throws -> [[Double]] {
    hasOneLogit = logits.rank == 2 && logits.shape[1] == 1
    return try Self.probabilities(logits, meaning)
  }

  /// The probabilities of classes, in double precision, row by row.
  static func probabilities(
    _ logits: Tensor, _ meaning: OutputMeaning = OutputMeaning()
  ) throws -> [[Double]] {
    guard logits.rank == 2 else {
      throw InterpretabilityError(
        .unsupported,
        "a prediction needs logits [N, classes]; the network gives \(logits.shape)")
    }
    guard try logits.isFinite() else {
      throw InterpretabilityError(.notFinite, "logits hold NaN or infinity")
    }
    return try meaning.probabilities(logits.converted(to: .float64)).rows()
  }
}

extension [Double] {
  /// The position of the largest number; the first one on ties.
  var indexOfLargest: Int {
    var best = 0
    for index in indices where self[index] > self[best] { best = index }
    return best
  }

  /// `−Σ p ln p` in nats, where `0 ln 0 = 0`.
  var entropy: Double { reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
}

extension Tensor {
  /// The rows of a matrix.
  func rows() throws -> [[Double]] {
    try requireRank(2)
    let (count, all) = (shape[1], try doubles())
    return (0..<shape[0]).map { Array(all[$0 * count..<($0 + 1) * count]) }
  }
}
