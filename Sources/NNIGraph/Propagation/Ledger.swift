/// What became of the score: how much of it the map holds, and where the rest went.
///
/// `score − reference = sum + Σ causes`, for each sample of the batch.
public struct Ledger: Sendable, Codable, Equatable {
  /// Where a part of the score went that is not in the map.
  public enum Cause: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// A constant before or after the tokens that the head reads: the class token.
    case classToken = "class-token"
    /// Constants beside the tokens that the head does not read.
    case registerTokens = "register-tokens"
    /// Tables of positions: added to tokens, or to attention's scores.
    case positions
    /// Tables of token types.
    case tokenTypes = "token-types"
    /// Biases, shifts of norms and other constants took their share of relevance.
    case bias
    /// A softmax, whose derivative conserves nothing.
    case softmax
    /// A node whose value counts as a constant, or an activation's value at zero.
    case constant
    /// Terms that keep a denominator away from zero.
    case stabilizer
    /// Pooling that did not pass everything on.
    case pooling
    /// An integral was approximated by a sum.
    case quadrature
    /// An expectation was approximated by a mean.
    case sampling
    /// The method promises no sum, or something is wrong.
    case unexplained
  }

  /// The score that is explained, for each sample.
  public var score: [Double]
  /// The score of the reference input; 0 for methods that have none.
  public var reference: [Double]
  /// The sum of the map.
  public var sum: [Double]
  /// What is missing, by cause; causes that take nothing are left out.
  public var causes: [Cause: [Double]]

  /// `score − reference − sum`, for each sample.
  public var residual: [Double] {
    score.indices.map { score[$0] - reference[$0] - sum[$0] }
  }

  /// The ledger of a batch whose samples have ledgers of their own.
  package init(joining parts: [Ledger]) {
    score = parts.flatMap(\.score)
    reference = parts.flatMap(\.reference)
    sum = parts.flatMap(\.sum)
    causes = [:]
    for cause in Set(parts.flatMap(\.causes.keys)) {
      causes[cause] = parts.flatMap { $0.causes[cause] ?? $0.score.map { _ in 0 } }
    }
  }

  /// A ledger whose known causes are `absorbed`; what they do not explain is put under `remainder`.
  ///
  /// - Parameters:
  ///   - score: The score that is explained, `[N]`.
  ///   - reference: The score of the reference input, `[N]`; 0 if it is left out.
  ///   - map: The map, the batch axis first.
  ///   - absorbed: What is known to be missing from the map, by cause, `[N]` each.
  ///   - remainder: The cause of what is left.
  /// - Throws: ``InterpretabilityError`` when the numbers of samples differ.
  public init(
    score: Tensor, reference: Tensor? = nil, map: Tensor, absorbed: [Cause: Tensor] = [:],
    remainder: Cause = .unexplained
  ) throws {
    let samples = score.shape.first ?? 0
    for tensor in [score] + (reference.map { [$0] } ?? []) + absorbed.values
    where tensor.shape != [samples] {
      throw InterpretabilityError(
        .invalidInput,
        "a ledger takes one number for each sample, [\(samples)], not a tensor of shape \(tensor.shape)"
      )
    }
    guard map.shape.first == samples else {
      throw InterpretabilityError(
        .invalidInput,
        "a map of shape \(map.shape) does not fit \(samples) scores; its first axis should be the batch"
      )
    }
    self.score = try score.doubles()
    self.reference = try reference?.doubles() ?? self.score.map { _ in 0 }
    sum = try map.converted(to: .float64).sumPerSample().doubles()
    causes = [:]
    for (cause, amount) in absorbed { causes[cause] = try amount.doubles() }
    let rest = residual.enumerated().map { sample, residual in
      residual - causes.values.reduce(0) { $0 + $1[sample] }
    }
    if rest.contains(where: { $0 != 0 }) {
      causes[remainder] = zip(causes[remainder] ?? rest.map { _ in 0 }, rest).map(+)
    }
  }
}
