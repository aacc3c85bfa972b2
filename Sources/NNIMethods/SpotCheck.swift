/// A second look, in float64, at a map that misses much of what it should sum to.
///
/// Only one sample is looked at, the one that misses most, and only where a twentieth or more is missing: float32 itself
/// misses far less, so that a usual map costs nothing.
struct SpotCheck {
  /// The share of the score's change from which on a map is looked at again.
  static let suspiciousShare = 0.05

  private let attribution: Attribution
  private let model: Model
  private let input: Tensor
  /// The sample that misses most.
  private let sample: Int

  /// Nothing for a map that holds what it should, or was computed in float64 already.
  init?(_ attribution: Attribution, _ model: Model, _ input: Tensor) {
    guard model.arithmeticCheck != .skipped, input.dtype == .float32,
      attribution.promise == .sumsToScore
    else { return nil }
    let shares = attribution.ledger.missingShares
    guard let worst = shares.indices.max(by: { shares[$0] < shares[$1] }),
      // Written so that NaN is suspicious.
      !(shares[worst] < Self.suspiciousShare)
    else { return nil }
    self.attribution = attribution
    self.model = model
    self.input = input
    sample = worst
  }

  /// The attribution, if float64 says the same of the sample that misses most.
  ///
  /// - Parameters:
  ///   - method: What made the map.
  ///   - target: What was explained.
  ///   - isExact: Whether the law holds without an integral, so that it must hold in float64.
  ///   - coarse: A cheaper variant of the method, with fewer nodes; float32 and float64 are then compared by it.
  ///   - breaker: What breaks the law of a sample, if it is known.
  /// - Returns: The attribution; on request with a warning.
  /// - Throws: ``InterpretabilityError`` with the code `brokenLaw` when the map cannot be right.
  func verified<Method: ConfigurableMethod>(
    _ method: Method, _ target: Target, isExact: Bool, coarse: ((Method) -> Method)? = nil,
    breaker: (Int) throws -> String? = { _ in nil }
  ) throws -> Attribution {
    let target = attribution.classes.isEmpty ? target : .class(attribution.classes[sample])
    let own = try method.of(sample: sample, among: input.shape[0])
    let one = try input.narrowed(axis: 0, to: sample..<(sample + 1))
    var free = model
    // Without this the second look would take a second look at itself.
    free.arithmeticCheck = .skipped
    let (single, double): (Attribution?, Attribution)
    do {
      let reference = try free.converted(to: .float64)
      let cheap = coarse?(own) ?? own
      single = try coarse == nil ? nil : cheap.attribute(free, input: one, target: target)
      double = try cheap.attribute(reference, input: one.converted(to: .float64), target: target)
    } catch is InterpretabilityError {
      // What cannot be computed for this sample alone cannot be compared.
      return attribution
    }
    let map = try attribution.map.narrowed(axis: 0, to: sample..<(sample + 1))
    let isSpoilt =
      try Self.isFar(map, from: double.map, by: 10)
      || single.map { try Self.differs($0.map, from: double.map) }
        ?? (attribution.ledger.missingShares[sample]
          > 10 * max(double.ledger.missingShares[0], Self.suspiciousShare / 10))
    let (sum, wanted) = (
      attribution.ledger.sum[sample],
      attribution.ledger.score[sample] - attribution.ledger.reference[sample]
    )
    if isSpoilt {
      return try ending(
        "the arithmetic of \(input.dtype) has spoilt the map of sample \(sample): it sums to "
          + "\(Self.text(sum)), the score's change is \(Self.text(wanted)), and float64 gives another map; compute in float64"
      )
    }
    if isExact, double.ledger.missingShares(of: [.unexplained])[0] >= 2 * Self.suspiciousShare {
      let reason = try breaker(sample) ?? "this network breaks the method's law"
      return try ending(
        "the map of sample \(sample) should sum to \(Self.text(wanted)) and sums to \(Self.text(sum)), in "
          + "float64 too; \(reason), take another method")
    }
    return attribution
  }

  private func ending(_ message: String) throws -> Attribution {
    try attribution.ending(message, sample: sample, model.arithmeticCheck)
  }

  /// Whether the norm of one map is so many times that of the other.
  private static func isFar(_ map: Tensor, from other: Tensor, by factor: Double) throws -> Bool {
    guard map.shape == other.shape else { return false }
    let (a, b) = (try norm(map), try norm(other))
    return !(a <= factor * b && b <= factor * a)
  }

  /// Whether two maps have less than half in common.
  private static func differs(_ map: Tensor, from other: Tensor) throws -> Bool {
    try !(norm(map.converted(to: .float64) - other) <= 0.5 * norm(other))
  }

  private static func norm(_ map: Tensor) throws -> Double {
    try map.converted(to: .float64).squared().sum().item().squareRoot()
  }

  private static func text(_ value: Double) -> String { "\(Float(value))" }
}

extension Attribution {
  /// An error with a message, or the attribution with a warning, as the model's check asks.
  func ending(_ message: String, sample: Int, _ check: ArithmeticCheck) throws -> Attribution {
    guard check != .required else {
      throw InterpretabilityError(
        .brokenLaw,
        "\(method): \(message); to get the map all the same, set the model's arithmeticCheck to reported (--unchecked)"
      )
    }
    var marked = self
    marked.arithmeticWarnings[sample] = message
    return marked
  }
}

extension Ledger {
  /// For each sample which share of the score's change no known cause explains; an integral's error is none.
  var missingShares: [Double] { missingShares(of: [.unexplained, .quadrature]) }

  /// For each sample which share of the score's change stands under some causes.
  func missingShares(of listed: [Cause]) -> [Double] {
    score.indices.map { sample in
      let unknown = listed.reduce(0) { $0 + (causes[$1]?[sample] ?? 0) }
      // Scores that are nearly equal differ by their own rounding.
      let scale = max(
        abs(score[sample] - reference[sample]),
        1e-4 * (abs(score[sample]) + abs(reference[sample])),
        1e-12)
      return abs(unknown) / scale
    }
  }
}

extension ConfigurableMethod {
  /// The method for one sample of a batch: tensors among the options that have one row for each are cut.
  fileprivate func of(sample: Int, among count: Int) throws -> Self {
    var own = self
    for option in options {
      if let value = try option.get(own).cut(to: sample, among: count) {
        try option.set(value, &own)
      }
    }
    return own
  }
}
