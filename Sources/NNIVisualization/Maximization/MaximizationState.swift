/// Where an optimisation is: a value that can be kept, written to a file and continued.
public struct MaximizationState: Sendable {
  /// How many steps were made.
  public internal(set) var step = 0
  /// What is optimised, `[N, …]`.
  public internal(set) var parameters: Tensor
  /// What the optimiser remembers.
  var slots: StateDict = [:]
  /// How it went.
  public internal(set) var history: MaximizationHistory
  /// Intermediate images, with the step at which they were taken: `[N, C, H, W]` as the network takes
  /// them.
  public internal(set) var snapshots: [Snapshot] = []
  /// The settings that made it, which must be the same to continue.
  public let settings: String

  /// Intermediate images.
  public struct Snapshot: Sendable {
    /// How many steps had been made.
    public let step: Int
    /// The images, `[N, C, H, W]`.
    public let images: Tensor
  }

  init(parameters: Tensor, settings: String) {
    self.parameters = parameters
    self.settings = settings
    history = MaximizationHistory(count: parameters.shape[0])
  }
}
