/// How long and in what steps a training goes on.
public struct TrainingOptions: Sendable {
  /// How often each sample is seen.
  public var epochs: Int
  /// How many samples make one step, at most.
  public var batchSize: Int
  /// How far each step goes.
  public var schedule: LearningRateSchedule
  /// How samples are changed each time they are seen.
  public var augmentation: TrainingDistortion

  /// Creates options.
  public init(
    epochs: Int = 10, batchSize: Int = 64,
    schedule: LearningRateSchedule = LearningRateSchedule(peak: 1e-3),
    augmentation: TrainingDistortion = .none
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.schedule = schedule
    self.augmentation = augmentation
  }

  /// The settings in one line; the number of epochs is left out, so that a training can be prolonged.
  public var text: String {
    "batches of \(batchSize), learning rate \(schedule.text), \(augmentation.text)"
  }

  func validate() throws {
    func refuse(_ message: String) -> InterpretabilityError {
      InterpretabilityError(.invalidOption, message)
    }
    guard (1...1_000_000).contains(epochs) else {
      throw refuse("\(epochs) epochs are not possible; wanted 1 to 1000000")
    }
    guard (1...1_000_000).contains(batchSize) else {
      throw refuse("batches of \(batchSize) samples are not possible; wanted 1 to 1000000")
    }
    guard schedule.peak.isFinite, schedule.peak > 0, (0..<1).contains(schedule.warmUp) else {
      throw refuse(
        "a learning rate of \(schedule.peak) with a warm-up of \(schedule.warmUp) is not possible; "
          + "wanted a positive rate and a share below 1")
    }
    if case .steps(let share, let factor) = schedule.shape {
      guard share > 0, share <= 1, factor > 0, factor.isFinite else {
        throw refuse("steps of \(share) by \(factor) are not possible; wanted positive numbers")
      }
    }
    try augmentation.validate()
  }
}
