/// Everything that a training has made so far, between two epochs.
public struct TrainingState: Sendable {
  /// Weights by what they are of: `model` and `best`, or `generator`, `discriminator` and `average`.
  public var networks: [String: StateDict]
  /// What the optimisers remember, by network.
  public var optimizers: [String: OptimizerState]
  /// How many epochs are done.
  public var epoch = 0
  /// How many steps are done.
  public var step = 0
  /// The lowest validation loss so far.
  public var bestLoss = Double.infinity
  /// How many epochs ago that was.
  public var epochsSinceBest = 0
  /// Whether the validation loss ended the training before its last epoch.
  public var hasStoppedEarly = false
  /// Whether the run came to its end, and was not cancelled; not kept in a file.
  public var isFinished = false
  /// The seed of it all.
  public let seed: UInt64
  /// One row for each epoch.
  public var log = TrainingLog()

  /// A beginning.
  public init(
    networks: [String: StateDict], optimizers: [String: OptimizerState], seed: UInt64
  ) {
    self.networks = networks
    self.optimizers = optimizers
    self.seed = seed
  }

  /// The weights of that name.
  ///
  /// - Throws: ``InterpretabilityError`` when there are none, as in a file of another training.
  func network(_ name: String) throws -> StateDict {
    if let found = networks[name] { return found }
    throw InterpretabilityError(
      .invalidFile,
      "the training has no network “\(name)”; there are \(networks.keys.sorted().joined(separator: ", "))"
    )
  }
}

extension TrainingState {
  /// The weights of a recipe's product; those of the last epoch where there are no best ones.
  ///
  /// - Throws: ``InterpretabilityError`` when the training has no such network.
  public func weights(of product: TrainingRecipe.Product) throws -> StateDict {
    product.network == "best"
      ? try networks["best"] ?? network("model") : try network(product.network)
  }
}
