/// How unsure the members of a distribution are of an image: what they all doubt, or disagree on.
///
/// With `p_t` a member's probabilities and `p̄` their mean, in nats: the predictive entropy `H(p̄)`, or the
/// mutual information `H(p̄) − mean_t H(p_t)`, which is large only where members that are sure contradict
/// each other.
///
/// - Reference: Houlsby et al. 2011, *Bayesian Active Learning for Classification and Preference
///   Learning*, equation 2 (`houlsby2011bayesian`).
public struct UncertaintyObjective: ObjectiveTerm {
  /// What is measured.
  public enum Measure: String, Sendable {
    /// The entropy of the mean prediction.
    case entropy
    /// What knowing the member would tell of the class.
    case mutualInformation = "mutual-information"
  }

  /// The members.
  public var members: any ModelDistribution
  /// What is measured.
  public var measure: Measure

  /// Creates a term.
  public init(_ measure: Measure, over members: any ModelDistribution) {
    self.measure = measure
    self.members = members
  }

  public var text: String { measure.rawValue }

  public func source(in graph: Graph) throws -> ObjectiveSource { .members(members) }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    guard let first = inputs.first, inputs.allSatisfy({ $0.shape == first.shape }),
      first.rank == 2, first.shape[0] == batch.rows
    else {
      throw InterpretabilityError(
        .unsupported,
        "\(text) needs logits [\(batch.rows), classes] of every member, not "
          + inputs.prefix(3).map { "\($0.shape)" }.joined(separator: ", "))
    }
    let meaning = members.model.outputMeaning
    let all = try inputs.map(meaning.probabilities)
    var mean = all[0]
    for other in all.dropFirst() { mean = try mean + other }
    let isExclusive = meaning.isExclusive(width: first.shape[1])
    let total = try Self.entropy(mean / Double(all.count), isExclusive)
    guard measure == .mutualInformation else { return total }
    var own = try Self.entropy(all[0], isExclusive)
    for other in all.dropFirst() { own = try own + Self.entropy(other, isExclusive) }
    return try total - own / Double(all.count)
  }

  /// `−Σ p ln p` for each row, with `0 ln 0 = 0`; of labels that each are or are not with `1 − p`, too.
  private static func entropy(_ probabilities: Tensor, _ isExclusive: Bool) throws -> Tensor {
    guard isExclusive else {
      return try entropy(probabilities, true) + entropy(probabilities.negated() + 1, true)
    }
    let logarithm = try Tensor.call("aten::log", .tensor(probabilities.clamped(min: 1e-30)))
    return try (probabilities * logarithm).sum(over: [1]).negated()
  }
}

extension Objective {
  /// The entropy of the members' mean prediction.
  public static func predictiveEntropy(over members: any ModelDistribution) -> Objective {
    Objective(UncertaintyObjective(.entropy, over: members))
  }

  /// How much the members disagree.
  public static func mutualInformation(over members: any ModelDistribution) -> Objective {
    Objective(UncertaintyObjective(.mutualInformation, over: members))
  }
}
