/// How a signal at a node's output becomes signals at its inputs.
///
/// A rule is a value without state: what it needs of the forward pass is in the ``Step``. Rules are
/// written for kinds of layers and name none.
///
/// A signal is a multiplier or relevance (``Signal/Form``); a rule that needs one of them asks
/// ``Step/relevance(of:)``, and says by what it returns which it gives.
public protocol PropagationRule: Sendable {
  /// The signals at the node's inputs, one for each, and what the node kept for itself.
  func propagate(_ signal: Signal, through step: Step) throws -> Propagated
  /// What it reads at a layer when a multiplier arrives; by default all values.
  ///
  /// A pass that is recorded for the rule alone frees the others, which are NaN in the ``Step``.
  func reading(at layer: any Layer) -> RuleReading
  /// The parameters in one line, for tables; empty when there are none.
  var settings: String { get }
}

/// Which values of a recorded pass a rule reads, besides their shapes and the node's own derivative.
public struct RuleReading: Sendable, Hashable {
  /// Whether it reads the values that the node took.
  public var inputs: Bool
  /// Whether it reads the value that the node gave.
  public var output: Bool
  /// Whether it may make relevance of a multiplier, which rules further down then share by values.
  public var givesRelevance: Bool

  /// Says what a rule reads.
  public init(inputs: Bool, output: Bool, givesRelevance: Bool = false) {
    self.inputs = inputs
    self.output = output
    self.givesRelevance = givesRelevance
  }

  /// Everything, with relevance as a result.
  public static let all = RuleReading(inputs: true, output: true, givesRelevance: true)
  /// Both values, with multipliers as a result.
  public static let values = RuleReading(inputs: true, output: true)
  /// The node's derivative and nothing else.
  public static let derivative = RuleReading(inputs: false, output: false)
}

extension PropagationRule {
  public func reading(at layer: any Layer) -> RuleReading { .all }

  public var settings: String { "" }

  /// The type's name without its suffix, and the parameters: `Epsilon ε = 1e-06`.
  public var summary: String {
    let type = String(describing: Self.self)
    let name = type.hasSuffix("Rule") ? String(type.dropLast(4)) : type
    return settings.isEmpty ? name : "\(name) \(settings)"
  }
}

/// What a rule gives: signals for the inputs, and what went elsewhere.
public struct Propagated {
  /// One signal for each input.
  public var signals: [Signal]
  /// What did not reach the inputs, by cause: one number for each sample, `[N]`.
  public var absorbed: [Ledger.Cause: Tensor]

  /// Creates a result.
  public init(_ signals: [Signal], absorbed: [Ledger.Cause: Tensor] = [:]) {
    self.signals = signals
    self.absorbed = absorbed
  }

  /// Multipliers for the inputs.
  public init(_ values: [Tensor], absorbed: [Ledger.Cause: Tensor] = [:]) {
    self.init(values.map { Signal($0) }, absorbed: absorbed)
  }

  /// Relevance for the inputs.
  public init(relevance values: [Tensor], absorbed: [Ledger.Cause: Tensor] = [:]) {
    self.init(values.map { Signal(relevance: $0) }, absorbed: absorbed)
  }

  /// What a linear move makes of a signal, in the signal's form.
  init(_ values: [Tensor], like signal: Signal, absorbed: [Ledger.Cause: Tensor] = [:]) {
    self.init(
      values.map { signal.form == .relevance ? Signal(relevance: $0) : Signal($0) },
      absorbed: absorbed)
  }
}
