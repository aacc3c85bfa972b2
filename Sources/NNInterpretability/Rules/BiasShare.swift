/// Whether a bias takes its share of relevance, as an input of constant 1 would.
public enum BiasShare: String, Sendable, CaseIterable {
  /// It takes its share, which the ledger shows.
  case share
  /// It counts as zero, so that relevance is conserved.
  case zero
}

extension LinearLayer {
  /// The bias that takes part in sharing.
  func bias(_ share: BiasShare) -> Tensor? { share == .share ? bias : nil }
}
