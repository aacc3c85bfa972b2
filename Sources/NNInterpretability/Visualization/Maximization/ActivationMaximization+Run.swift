/// Where an optimisation is, for who watches it.
public struct MaximizationProgress: Sendable {
  /// How many steps were made.
  public let step: Int
  /// How many there are at most.
  public let steps: Int
  /// The objective of each image before the next step.
  public let scores: [Double]
  /// How many images are done.
  public let finished: Int
}

extension ActivationMaximization {
  /// Optimises until all images are done, or somebody cancels.
  ///
  /// - Parameters:
  ///   - model: The network.
  ///   - state: From ``begin(on:)``, or of an earlier run; valid after every step, even when this throws.
  ///   - progress: Is told of every step; what it throws ends the run.
  /// - Throws: ``InterpretabilityError`` when the state belongs to other settings, the network lacks what
  ///   the objective reads, or a value is not finite; `CancellationError` when the task is cancelled.
  public func run(
    on model: Model, from state: inout MaximizationState,
    progress: (MaximizationProgress) throws -> Void = { _ in }
  ) throws {
    try validate()
    let own = try settings(for: model)
    guard state.settings == own else {
      throw InterpretabilityError(
        .invalidOption,
        "the optimisation cannot continue: it was begun with “\(state.settings)”, now it is “\(own)”"
      )
    }
    let canvas = try ImageCanvas(model, size: size)
    let prepared = try PreparedObjective(objective, for: model)
    // A run that was ended by its number of steps goes on when there are more.
    for index in state.history.images.indices
    where state.history.images[index].end == .steps && state.step < steps {
      state.history.images[index].end = nil
      state.history.images[index].scores.removeLast()
      if !state.history.images[index].probabilities.isEmpty {
        state.history.images[index].probabilities.removeLast()
      }
    }
    while !state.history.isFinished {
      try Task.checkCancellation()
      try takeStep(model, prepared, canvas, &state)
      try progress(
        MaximizationProgress(
          step: state.step, steps: steps, scores: state.history.images.map { $0.scores.last ?? 0 },
          finished: state.history.images.count { $0.end != nil }))
    }
  }

  /// Looks at the images, and makes a step with those that are not done.
  private func takeStep(
    _ model: Model, _ prepared: PreparedObjective, _ canvas: ImageCanvas,
    _ state: inout MaximizationState
  ) throws {
    let made = try Tape([state.parameters]) { try parameterization.images($0[0], on: canvas) }
    let images = made.output
    let (value, gradient) = try derivative(prepared, canvas, state, made)
    var history = state.history
    try record(
      scores: value.values.doubles(),
      probabilities: probabilities(model, prepared, images, value), at: state.step, in: &history)
    if isSnapshot(state.step) || history.isFinished,
      snapshots > 0, state.snapshots.last?.step != state.step
    {
      state.snapshots.append(.init(step: state.step, images: images))
    }
    guard !history.isFinished else {
      state.history = history
      return
    }
    guard try gradient.isFinite() else {
      throw InterpretabilityError(
        .notFinite, "the derivative of \(objective.text) is NaN or infinite at step \(state.step)")
    }
    var slots = state.slots
    var next = try method.stepped(
      state.parameters, gradient: gradient, slots: &slots, step: state.step + 1,
      learningRate: learningRate)
    next = try parameterization.projected(next, on: canvas)
    let isDone = history.images.map { $0.end != nil }
    if isDone.contains(true) {
      next = try state.parameters.rows(where: isDone, otherwise: next)
    }
    guard try next.isFinite() else {
      throw InterpretabilityError(
        .notFinite, "step \(state.step) leads to NaN or infinity; try a lower learning rate")
    }
    (state.parameters, state.slots, state.history) = (next, slots, history)
    state.step += 1
  }

  /// The objective of each image, and its derivative by what is optimised.
  func derivative(
    _ prepared: PreparedObjective, _ canvas: ImageCanvas, _ state: MaximizationState, _ made: Tape
  ) throws -> (PreparedObjective.Value, Tensor) {
    let images = made.output
    var value: PreparedObjective.Value
    if transforms.list.isEmpty {
      value = try prepared.network(images, of: count, copies: 1, wakes: true)
    } else {
      let views = try Tape([images]) {
        try transforms.applied(to: $0[0], step: state.step, seed: seed, on: canvas)
      }
      value = try prepared.network(
        views.output, of: count, copies: transforms.copies, wakes: true)
      value.gradient = try views.pullback(value.gradient)[0]
    }
    if let own = try prepared.image(images) {
      value.values = try value.values + own.values
      value.gradient = try value.gradient + own.gradient
    }
    var gradient = try made.pullback(value.gradient)[0]
    if let own = try prepared.parameters(state.parameters) {
      value.values = try value.values + own.values
      gradient = try gradient + own.gradient
    }
    return (value, gradient)
  }

  /// The probability of each image's class; empty when nobody asks for it.
  private func probabilities(
    _ model: Model, _ prepared: PreparedObjective, _ images: Tensor,
    _ value: PreparedObjective.Value
  ) throws -> [Double] {
    guard stopping.probability > 0 else { return [] }
    let isSeen = transforms.list.isEmpty ? value.logits : nil
    let logits = try isSeen ?? model(images)
    let meaning = model.outputMeaning
    guard logits.rank == 2,
      classes.allSatisfy({ (0..<meaning.classCount(width: logits.shape[1])).contains($0) })
    else {
      throw InterpretabilityError(
        .invalidTarget,
        "stopping at a probability needs classes \(classes) of the network's output, whose shape is "
          + "\(logits.shape)")
    }
    let all = try meaning.probabilities(logits.converted(to: .float64))
    let (width, numbers) = (all.shape[1], try all.doubles())
    return (0..<count).map {
      numbers[$0 * width + (classes.count == 1 ? classes[0] : classes[$0])]
    }
  }

  /// Notes where images are, and which are done.
  private func record(
    scores: [Double], probabilities: [Double], at step: Int, in history: inout MaximizationHistory
  ) throws {
    for index in history.images.indices where history.images[index].end == nil {
      var image = history.images[index]
      let score = scores[index]
      image.scores.append(score)
      if !probabilities.isEmpty { image.probabilities.append(probabilities[index]) }
      if score > image.best + stopping.tolerance * image.best.magnitude || step == 0 {
        (image.best, image.bestStep) = (score, step)
      }
      if stopping.probability > 0, probabilities[index] >= stopping.probability {
        image.end = .probability
      } else if stopping.patience > 0, step - image.bestStep >= stopping.patience {
        image.end = .stagnation
      } else if step >= steps {
        image.end = .steps
      }
      history.images[index] = image
    }
  }

  /// Whether images of a step are kept: some, as far apart as the number of steps allows.
  private func isSnapshot(_ step: Int) -> Bool {
    snapshots > 0 && step % max(1, (steps + snapshots - 1) / snapshots) == 0
  }
}

extension Tensor {
  /// Its own rows where a condition holds, another's elsewhere.
  func rows(where condition: [Bool], otherwise other: Tensor) throws -> Tensor {
    let mask = try Tensor(condition.map { UInt8($0 ? 1 : 0) }, shape: [condition.count])
      .converted(to: .bool).moved(to: device).reshaped([-1] + shape.dropFirst().map { _ in 1 })
    return try selected(where: mask, otherwise: other)
  }
}
