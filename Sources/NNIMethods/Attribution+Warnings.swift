extension Attribution {
  /// What a reader must know before trusting one sample's map, each in a few words: that it is zero
  /// everywhere, and parts of the score, from a twentieth on, that a map which should sum to it does not
  /// hold.
  public func warnings(sample: Int) -> [String] { warnings(sample: sample) { _ in true } }

  /// Those of the warnings that no rule intends: an integral or a mean that is too coarse, what no cause explains,
  /// maps that cannot be right, and those that are zero everywhere.
  public func alerts(sample: Int) -> [String] { warnings(sample: sample) { !$0.isIntended } }

  private func warnings(sample: Int, about isMeant: (Ledger.Cause) -> Bool) -> [String] {
    let spoilt =
      (isZero.indices.contains(sample) && isZero[sample] ? [zeroWarning] : [])
      + (arithmeticWarnings[sample].map { [$0] } ?? [])
    guard promise == .sumsToScore else { return spoilt }
    let scale = max(abs(ledger.score[sample] - ledger.reference[sample]), 1e-12)
    let parts = ledger.causes.sorted { $0.key.rawValue < $1.key.rawValue }
    return spoilt
      + parts.compactMap { cause, amounts in
        let share = abs(amounts[sample]) / scale
        guard share >= 0.05, isMeant(cause) else { return nil }
        let percent = share < 1e9 ? "\(Int((share * 100).rounded()))" : "\(Float(share * 100))"
        return "\(cause.explanation) \(percent) % of the score"
      }
  }

  private var zeroWarning: String {
    let cuts = options["relu"]?.description == "true"
    return "the map is zero everywhere"
      + (cuts
        ? ": nothing of it speaks for the target, and relu=false shows what speaks against it" : "")
  }
}

extension Ledger.Cause {
  /// Whether it is a rule that keeps this part.
  fileprivate var isIntended: Bool {
    switch self {
    case .quadrature, .sampling, .unexplained: false
    default: true
    }
  }

  fileprivate var explanation: String {
    switch self {
    case .classToken: "the class token keeps"
    case .registerTokens: "register tokens keep"
    case .positions: "positions keep"
    case .tokenTypes: "token types keep"
    case .bias: "biases keep"
    case .softmax: "softmax keeps"
    case .constant: "constants keep"
    case .stabilizer: "stabilisers keep"
    case .pooling: "pooling keeps"
    case .quadrature: "the integral is off by"
    case .sampling: "sampling is off by"
    case .unexplained: "unexplained:"
    }
  }
}
