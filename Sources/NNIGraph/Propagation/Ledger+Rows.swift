extension Ledger {
  /// A part of the score by where it is, or by what took it.
  public struct Row: Sendable, Codable, Equatable {
    /// `input`, `class-token`, `register-tokens`, `positions`, `token-types`, `biases` or `rest`.
    public let name: String
    /// The part, for each sample.
    public let values: [Double]

    /// Creates a row.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The score's parts, which add up to `score − reference`: the map's, those of constants that the network has, and
  /// the rest, which softmaxes and stabilisers keep or nothing explains.
  ///
  /// A row that the network has nothing for is left out; `input` and `rest` are always there.
  public var rows: [Row] {
    let sinks = Cause.allCases.filter(\.isConstantOfNetwork).compactMap { cause in
      causes[cause].map { Row(name: cause.row, values: $0) }
    }
    let rest = score.indices.map { sample in
      causes.reduce(0) { $1.key.isConstantOfNetwork ? $0 : $0 + $1.value[sample] }
    }
    return [Row(name: "input", values: sum)] + sinks + [Row(name: "rest", values: rest)]
  }
}

extension Ledger.Cause {
  /// Whether it is a constant of the network that has relevance as the input does.
  public var isConstantOfNetwork: Bool {
    switch self {
    case .classToken, .registerTokens, .positions, .tokenTypes, .bias: true
    default: false
    }
  }

  /// The row of ``Ledger/rows`` that it is in.
  public var row: String {
    self == .bias ? "biases" : isConstantOfNetwork ? rawValue : "rest"
  }

  /// What it is, in words.
  public var title: String {
    switch self {
    case .classToken: "class token"
    case .registerTokens: "register tokens"
    case .positions: "positions"
    case .tokenTypes: "token types"
    case .bias: "biases"
    case .softmax: "softmax"
    case .constant: "constants"
    case .stabilizer: "stabilisers"
    case .pooling: "pooling"
    case .quadrature: "quadrature"
    case .sampling: "sampling"
    case .unexplained: "unexplained"
    }
  }
}
