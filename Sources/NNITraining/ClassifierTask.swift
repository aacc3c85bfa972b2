/// Teaches a classifier the labels of its samples.
public struct ClassifierTask: TrainingTask {
  /// The network.
  public var architecture: ArchitectureEntry
  /// What is made small.
  public var loss: any TrainingLoss
  /// How parameters follow from gradients.
  public var optimizer: any Optimizer
  /// The largest norm of all gradients together; infinite for none.
  public var gradientLimit: Double
  /// Samples that are not trained on, which decide which epoch's weights are kept; `nil` for the last.
  public var validation: (any Dataset)?
  /// When to end before the last epoch.
  public var earlyStopping: EarlyStopping
  /// The first weights; by default random ones of the training's seed.
  public var firstWeights: StateDict?
  /// Shapes of random first weights, from which the architecture infers its number of classes; what is left out takes its
  /// default.
  public var firstShapes: [String: [Int]]

  /// Creates a task.
  public init(
    _ architecture: ArchitectureEntry, loss: any TrainingLoss = CrossEntropyLoss(),
    optimizer: any Optimizer = AdamOptimizer(), gradientLimit: Double = .infinity,
    validation: (any Dataset)? = nil, earlyStopping: EarlyStopping = .never,
    firstWeights: StateDict? = nil, firstShapes: [String: [Int]] = [:]
  ) {
    self.architecture = architecture
    self.loss = loss
    self.optimizer = optimizer
    self.gradientLimit = gradientLimit
    self.validation = validation
    self.earlyStopping = earlyStopping
    self.firstWeights = firstWeights
    self.firstShapes = firstShapes
  }

  public var metricNames: [String] { ["loss", "accuracy"] }

  public var validationNames: [String] {
    validation == nil ? [] : ["validation_loss", "validation_accuracy"]
  }

  public var text: String {
    "\(architecture.name), \(loss.text), \(optimizer.text), gradients up to \(gradientLimit), "
      + "\(validation?.count ?? 0) validation samples, patience \(earlyStopping.patience)"
  }

  public func start(seed: UInt64) throws -> TrainingState {
    let weights =
      try firstWeights
      ?? architecture.stateDict(
        .initialized(WeightInitialization(seed: seed, shapes: firstShapes)))
    return TrainingState(
      networks: ["model": weights], optimizers: ["model": OptimizerState()], seed: seed)
  }

  public func step(_ state: inout TrainingState, _ batch: TrainingBatch) throws -> [Double] {
    var weights = try state.network("model")
    let fixed = weights.statistics
    let labels = try Tensor(batch.labels.map(Int64.init), shape: [batch.labels.count])
    let mode = TrainingMode(seed: batch.seed, step: batch.step, samples: batch.positions)
    var statistics: [NodeID: BatchStatistics] = [:]
    var hits = 0.0
    let result = try LossGradient(weights.learnt) { leaves in
      let source = WeightSource(leaves.merging(fixed) { $1 })
      let graph = try mode.apply(to: architecture.build(source))
      let input = try batch.inputs.converted(to: source.dtype)
      let forward = try graph.trainingForward(input)
      statistics = forward.statistics
      try ClassifierScore.check(forward.output, batch.labels)
      hits = try ClassifierScore.hits(forward.output, labels)
      return try loss.value(forward.output, labels: labels, epoch: batch.epoch)
    }
    try weights.record(statistics)
    weights = try optimizer.step(
      weights, gradients: result.gradients.clipped(toNorm: gradientLimit),
      state: &state.optimizers["model", default: OptimizerState()],
      learningRate: batch.learningRate)
    state.networks["model"] = weights
    return [result.loss, hits / Double(batch.labels.count)]
  }

  public func finishEpoch(_ state: inout TrainingState) throws -> (
    metrics: [Double], isEnough: Bool
  ) {
    guard let validation else { return ([], false) }
    let weights = try state.network("model")
    // At the last epoch's weight of annealed losses, so that epochs can be compared.
    let score = try ClassifierScore(
      of: architecture.build(WeightSource(weights)), on: validation, loss: loss, epoch: .max)
    let isEnough = earlyStopping.record(score.loss, of: weights, in: &state)
    return ([score.loss, score.accuracy], isEnough)
  }
}
