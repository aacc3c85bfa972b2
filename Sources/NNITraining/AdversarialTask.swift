/// Teaches a generator to make what a discriminator takes for samples.
///
/// Each step first teaches the discriminator on a batch of real and one of generated samples, then the
/// generator on a new batch. Codes are standard normal. The weights worth keeping are the generator's
/// moving average, under `average`.
///
/// - Reference: Goodfellow et al. 2014, *Generative Adversarial Nets*, algorithm 1
///   (`goodfellow2014generative`); Radford et al. 2016 (`radford2016unsupervised`), section 3, for the
///   optimiser and the first weights.
public struct AdversarialTask: TrainingTask {
  /// The network that makes samples from codes.
  public var generator: ArchitectureEntry
  /// The network that tells real samples, `[N, 1]`; a final sigmoid is left out while training.
  public var discriminator: ArchitectureEntry
  /// How many numbers a code has.
  public var codeLength: Int
  /// Where both networks begin, besides the seed.
  public var initialization: WeightInitialization
  /// What both make small.
  public var loss: AdversarialLoss
  /// How parameters follow from gradients, in both.
  public var optimizer: any Optimizer
  /// The generator's average.
  public var average: ExponentialMovingAverage
  /// Whether samples in 0…1 are taken to −1…1, which a generator that ends in tanh makes.
  public var isCentred: Bool

  /// Creates a task.
  public init(
    generator: ArchitectureEntry, discriminator: ArchitectureEntry, codeLength: Int = 100,
    initialization: WeightInitialization, loss: AdversarialLoss = AdversarialLoss(),
    optimizer: any Optimizer = AdamOptimizer(beta1: 0.5),
    average: ExponentialMovingAverage = ExponentialMovingAverage(), isCentred: Bool = false
  ) {
    self.generator = generator
    self.discriminator = discriminator
    self.codeLength = codeLength
    self.initialization = initialization
    self.loss = loss
    self.optimizer = optimizer
    self.average = average
    self.isCentred = isCentred
  }

  public var metricNames: [String] {
    ["discriminator_loss", "generator_loss", "real_told", "generated_told"]
  }

  public var text: String {
    "\(generator.name) against \(discriminator.name), codes of \(codeLength), "
      + "first weights \(initialization.text), label smoothing \(loss.labelSmoothing), "
      + "\(optimizer.text), average \(average.decay)"
  }

  public func start(seed: UInt64) throws -> TrainingState {
    func weights(_ architecture: ArchitectureEntry, _ name: String) throws -> StateDict {
      var own = initialization
      own.seed = CounterRandom.seed(seed, purpose: name)
      return try architecture.stateDict(.initialized(own))
    }
    let first = try weights(generator, "generator")
    return TrainingState(
      networks: [
        "generator": first, "average": first,
        "discriminator": try weights(discriminator, "discriminator"),
      ],
      optimizers: ["generator": OptimizerState(), "discriminator": OptimizerState()], seed: seed)
  }

  public func step(_ state: inout TrainingState, _ batch: TrainingBatch) throws -> [Double] {
    let discriminatorMetrics = try teachDiscriminator(&state, batch)
    let generatorLoss = try teachGenerator(&state, batch)
    state.networks["average"] = try average.updated(
      state.network("average"), with: state.network("generator"), step: batch.step)
    return [discriminatorMetrics[0], generatorLoss] + discriminatorMetrics.dropFirst()
  }

  /// The loss, and the shares of real and of generated samples that are told.
  private func teachDiscriminator(
    _ state: inout TrainingState, _ batch: TrainingBatch
  ) throws -> [Double] {
    var weights = try state.network("discriminator")
    let fixed = weights.statistics
    var made = try state.network("generator")
    let makes = try forward(generator, made, codes(batch, for: "discriminator"), batch)
    try made.record(makes.statistics)
    state.networks["generator"] = made
    let real = isCentred ? try batch.inputs * 2 - 1 : batch.inputs
    var told: [Double] = []
    var statistics: [[NodeID: BatchStatistics]] = []
    let result = try LossGradient(weights.learnt) { leaves in
      let all = leaves.merging(fixed) { $1 }
      let onReal = try forward(discriminator, all, real, batch)
      let onMade = try forward(discriminator, all, makes.output, batch)
      statistics = [onReal.statistics, onMade.statistics]
      told = [
        try share(of: onReal.output.isGreater(than: 0)),
        try share(of: onMade.output.isLess(than: 0)),
      ]
      return try loss.discriminator(real: onReal.output, generated: onMade.output)
    }
    for each in statistics { try weights.record(each) }
    state.networks["discriminator"] = try optimizer.step(
      weights, gradients: result.gradients,
      state: &state.optimizers["discriminator", default: OptimizerState()],
      learningRate: batch.learningRate)
    return [result.loss] + told
  }

  private func teachGenerator(_ state: inout TrainingState, _ batch: TrainingBatch) throws -> Double
  {
    var weights = try state.network("generator")
    let fixed = weights.statistics
    let judge = try state.network("discriminator")
    var statistics: [NodeID: BatchStatistics] = [:]
    let codes = try codes(batch, for: "generator")
    let result = try LossGradient(weights.learnt) { leaves in
      let makes = try forward(generator, leaves.merging(fixed) { $1 }, codes, batch)
      statistics = makes.statistics
      let judged = try forward(discriminator, judge, makes.output, batch)
      return try loss.generator(generated: judged.output)
    }
    try weights.record(statistics)
    state.networks["generator"] = try optimizer.step(
      weights, gradients: result.gradients,
      state: &state.optimizers["generator", default: OptimizerState()],
      learningRate: batch.learningRate)
    return result.loss
  }

  private func codes(_ batch: TrainingBatch, for purpose: String) throws -> Tensor {
    let count = batch.positions.count
    let numbers = CounterRandom(seed: batch.seed, purpose: "codes/\(purpose)")
      .normals(count * codeLength, stream: UInt64(batch.step))
    return try Tensor(numbers, shape: [count, codeLength])
  }

  private func share(of flags: Tensor) throws -> Double {
    try flags.sum().item() / Double(max(flags.count, 1))
  }

  /// A network in training, without the sigmoid at its end if it has one.
  private func forward(
    _ architecture: ArchitectureEntry, _ weights: StateDict, _ input: Tensor,
    _ batch: TrainingBatch
  ) throws -> (output: Tensor, statistics: [NodeID: BatchStatistics]) {
    let source = WeightSource(weights)
    let mode = TrainingMode(seed: batch.seed, step: batch.step, samples: batch.positions)
    var graph = try mode.apply(to: architecture.build(source))
    let last = try graph[graph.output]
    if architecture.name == discriminator.name, let logits = last.inputs.first,
      (last.layer as? ActivationLayer)?.function == .sigmoid
    {
      try graph.setOutput(logits)
    }
    return try graph.trainingForward(input.converted(to: source.dtype))
  }
}
