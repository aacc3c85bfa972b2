extension Attribution {
  /// What a reader must know before trusting one sample's map, each in a few words: that it is zero
  /// everywhere, and parts of the score, from a twentieth on, that a map which should sum to it does not
  /// hold.
  public func warnings(sample: Int) -> [String] {
    (isZero.indices.contains(sample) && isZero[sample] ? [zeroWarning] : [])
      + sumWarnings(sample: sample)
  }

  private var zeroWarning: String {
    let cuts = options["relu"]?.description == "true"
    return "the map is zero everywhere"
      + (cuts
        ? ": nothing of it speaks for the target, and relu=false shows what speaks against it" : "")
  }

  private func sumWarnings(sample: Int) -> [String] {
    guard promise == .sumsToScore else { return [] }
    let scale = max(abs(ledger.score[sample] - ledger.reference[sample]), 1e-12)
    return ledger.causes.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { cause, amounts in
      let share = abs(amounts[sample]) / scale
      guard share >= 0.05 else { return nil }
      return "\(cause.explanation) \(Int((share * 100).rounded())) % of the score"
    }
  }
}

extension Ledger.Cause {
  fileprivate var explanation: String {
    switch self {
    case .bias: "biases keep"
    case .stabilizer: "stabilisers keep"
    case .pooling: "pooling keeps"
    case .quadrature: "the integral is off by"
    case .sampling: "sampling is off by"
    case .unexplained: "unexplained:"
    }
  }
}
