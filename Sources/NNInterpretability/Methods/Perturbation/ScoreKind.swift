/// Which number of the target a perturbation changes.
public enum ScoreKind: String, Sendable, Codable, CaseIterable {
  /// The target's value before the softmax or sigmoid.
  case logit
  /// The target's probability, see ``OutputMeaning``.
  case probability
}
