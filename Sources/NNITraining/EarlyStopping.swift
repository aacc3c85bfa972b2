/// Ends a training when the validation loss has not fallen for a while; the best weights are kept.
///
/// - Reference: Prechelt 1998, *Early Stopping — But When?* (`prechelt1998early`).
public struct EarlyStopping: Sendable, Codable, Hashable {
  /// After how many epochs without a better loss to stop.
  public var patience: Int

  /// Creates a criterion.
  public init(patience: Int) { self.patience = patience }

  /// Never stops; the best weights are kept all the same.
  public static let never = EarlyStopping(patience: .max)

  /// Records an epoch's loss and, if it is the lowest, its weights under `best`.
  ///
  /// - Returns: Whether to stop.
  func record(_ loss: Double, of weights: StateDict, in state: inout TrainingState) -> Bool {
    if loss < state.bestLoss {
      state.bestLoss = loss
      state.epochsSinceBest = 0
      state.networks["best"] = weights
    } else {
      state.epochsSinceBest += 1
    }
    return state.epochsSinceBest >= patience
  }
}
