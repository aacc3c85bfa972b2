/// Whether a bias takes its share of relevance, as an input of constant 1 would.
public enum BiasShare: String, Sendable, CaseIterable {
  /// It takes its share, which the ledger shows.
  case share
  /// It counts as zero, so that relevance is conserved.
  case zero
}

extension LinearLayer {
  /// The layer with what `transform` makes of its bias, or without one if it counts as zero.
  func keepingBias(_ share: BiasShare, _ transform: (Tensor) throws -> Tensor) throws -> Self {
    var copy = self
    copy.bias = share == .share ? try bias.map(transform) : nil
    return copy
  }
}

extension Step {
  /// The node's value, less the layer's bias if that counts as zero.
  func value(of layer: any LinearLayer, _ share: BiasShare) throws -> Tensor {
    guard share == .zero, let bias = try layer.alignedBias(rank: output.rank) else { return output }
    return try output - bias
  }
}
