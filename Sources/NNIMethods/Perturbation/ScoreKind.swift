/// Which number of the target a perturbation changes.
public enum ScoreKind: String, Sendable, Codable, CaseIterable {
  /// The target's value before the softmax.
  case logit
  /// The target's value after a softmax over the classes.
  case probability
}
