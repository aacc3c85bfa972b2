extension StateDict {
  /// The gradients, all scaled by one factor if their common norm `√Σ g²` exceeds `limit`.
  ///
  /// As PyTorch's `clip_grad_norm_`: the factor is `limit / (norm + 10⁻⁶)`, at most 1.
  ///
  /// - Reference: Pascanu et al. 2013, *On the Difficulty of Training Recurrent Neural Networks*,
  ///   algorithm 1 (`pascanu2013difficulty`).
  /// - Parameter limit: The largest norm; infinite for none.
  /// - Returns: Gradients of at most that norm.
  /// - Throws: `TorchError` when libtorch refuses.
  public func clipped(toNorm limit: Double) throws -> StateDict {
    guard limit.isFinite else { return self }
    // Summed in the order of names, so that the bits are the same each time.
    let squares = try keys.sorted().map { name in
      let norm = try self[name]?.norm() ?? 0
      return norm * norm
    }
    let norm = squares.reduce(0, +).squareRoot()
    let factor = limit / (norm + 1e-6)
    return factor < 1 ? try mapValues { try $0 * factor } : self
  }
}
