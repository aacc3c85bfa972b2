internal import Foundation

/// Trains: epochs of seeded, shuffled batches, with a log, progress, and states to continue from.
///
/// The same task, data, options and seed give the same bits, whether in one go or continued from any
/// epoch's state. libtorch splits sums among its threads, so the number of threads is part of that:
/// see `Torch.setThreadCount(_:)`.
///
/// ```swift
/// let recipe = try Catalog.recipe(named: "general_cnn")
/// let trainer = try recipe.trainer(on: digits, seed: 1)
/// let state = try trainer.run(onProgress: { print($0.metrics); return true })
/// ```
public struct Trainer: Sendable {
  /// What is learnt.
  public var task: any TrainingTask
  /// The samples; each is seen once an epoch.
  public var data: any Dataset
  /// How it is done.
  public var options: TrainingOptions
  /// Decides the first weights, the order of samples, their distortion and dropout.
  public var seed: UInt64

  /// Creates a trainer.
  public init(
    _ task: any TrainingTask, on data: any Dataset, options: TrainingOptions, seed: UInt64
  ) {
    self.task = task
    self.data = data
    self.options = options
    self.seed = seed
  }

  /// The settings in one line; a training continues only under the same.
  public var text: String { "\(task.text); \(options.text); \(data.count) samples \(data.digest)" }

  /// Trains to the end.
  ///
  /// - Parameters:
  ///   - state: The state to continue from; by default the task's beginning.
  ///   - onEpoch: Called with the state after each epoch, to keep it.
  ///   - onProgress: Called after each step; training is cancelled when it returns false or the task is
  ///     cancelled.
  /// - Returns: The state after the last whole epoch; ``TrainingState/isFinished`` tells whether training
  ///   was cancelled.
  /// - Throws: ``InterpretabilityError`` for options that cannot be, data that do not fit, and a loss that
  ///   is NaN or infinite; what `onEpoch` throws.
  public func run(
    from state: TrainingState? = nil, onEpoch: (TrainingState) throws -> Void = { _ in },
    onProgress: (TrainingProgress) -> Bool = { _ in true }
  ) throws -> TrainingState {
    try options.validate()
    guard data.count > 0 else {
      throw InterpretabilityError(.invalidInput, "there are no samples to train on")
    }
    var state = try state ?? task.start(seed: seed)
    state.isFinished = false
    guard state.seed == seed else {
      throw InterpretabilityError(
        .invalidOption, "the training was begun with seed \(state.seed), not \(seed)")
    }
    if state.log.columns.isEmpty {
      state.log = TrainingLog(
        columns: ["epoch"] + task.metricNames + task.validationNames + ["learning_rate", "seconds"])
    }
    let firstEpoch = state.epoch
    let start = Date()
    while state.epoch < options.epochs && !state.hasStoppedEarly {
      let began = Date()
      var next = state
      let (means, end): ([Double], (metrics: [Double], isEnough: Bool))
      do {
        guard let found = try epoch(&next, onProgress, start: start, firstEpoch: firstEpoch) else {
          return state
        }
        next.epoch += 1
        (means, end) = (found, try task.finishEpoch(&next))
      } catch is CancellationError {
        // What the last whole epoch gave is kept.
        return state
      }
      let rate = self.rate(at: next.step - 1)
      next.log.add(
        [Double(next.epoch)] + means + end.metrics + [rate, Date().timeIntervalSince(began)])
      next.hasStoppedEarly = end.isEnough
      state = next
      try onEpoch(state)
    }
    state.isFinished = true
    return state
  }

  /// How many steps an epoch has.
  public var stepsPerEpoch: Int { (data.count + options.batchSize - 1) / options.batchSize }

  private func rate(at step: Int) -> Double {
    options.schedule.rate(at: step, of: stepsPerEpoch * options.epochs)
  }

  /// One epoch; returns the means of its metrics, or `nil` when it was cancelled.
  private func epoch(
    _ state: inout TrainingState, _ onProgress: (TrainingProgress) -> Bool, start: Date,
    firstEpoch: Int
  ) throws -> [Double]? {
    let order = data.shuffledIndices(
      seed: CounterRandom.seed(seed, purpose: "shuffle", turn: state.epoch))
    let labels = data.labels
    let steps = stepsPerEpoch
    var sums = [Double](repeating: 0, count: task.metricNames.count)
    for index in 0..<steps {
      // Batches as even as can be, so that none has a single sample.
      let range = (index * data.count / steps)..<((index + 1) * data.count / steps)
      let positions = Array(order[range])
      let inputs = try options.augmentation.apply(
        to: data.inputs(positions), samples: positions,
        seed: CounterRandom.seed(seed, purpose: "augmentation", turn: state.epoch))
      let batch = TrainingBatch(
        inputs: inputs, labels: positions.map { labels[$0] }, positions: positions,
        epoch: state.epoch, step: state.step, learningRate: rate(at: state.step), seed: seed)
      let metrics = try task.step(&state, batch)
      guard metrics.allSatisfy(\.isFinite) else {
        throw InterpretabilityError(
          .notFinite,
          "the loss is not finite in epoch \(state.epoch + 1), step \(index + 1) of \(steps); "
            + "a smaller learning rate may help")
      }
      state.step += 1
      for place in sums.indices { sums[place] += metrics[place] * Double(positions.count) }
      let done = Double((state.epoch - firstEpoch) * steps + index + 1)
      let left = Double((options.epochs - firstEpoch) * steps) - done
      let seen = Double(range.upperBound)
      let progress = TrainingProgress(
        epoch: state.epoch + 1, epochs: options.epochs, step: index + 1, steps: steps,
        metrics: zip(task.metricNames, sums).map { ($0, $1 / seen) },
        secondsLeft: Date().timeIntervalSince(start) / done * left)
      Computation.report(done / (done + left))
      guard onProgress(progress), !Task.isCancelled else { return nil }
    }
    return sums.map { $0 / Double(data.count) }
  }
}
