/// What is learnt: the part of a training that differs between classifiers and generators.
public protocol TrainingTask: Sendable {
  /// What each step measures, such as `loss` and `accuracy`; the first one must stay finite.
  var metricNames: [String] { get }
  /// What is measured after each epoch on samples that are not trained on; empty for nothing.
  var validationNames: [String] { get }
  /// The settings in one line; a training continues only under the same.
  var text: String { get }
  /// Where training begins.
  func start(seed: UInt64) throws -> TrainingState
  /// One step; returns the metrics.
  func step(_ state: inout TrainingState, _ batch: TrainingBatch) throws -> [Double]
  /// What follows an epoch: returns the validation's metrics, and whether to stop early.
  func finishEpoch(_ state: inout TrainingState) throws -> (metrics: [Double], isEnough: Bool)
}

extension TrainingTask {
  public var validationNames: [String] { [] }

  public func finishEpoch(_ state: inout TrainingState) throws -> (
    metrics: [Double], isEnough: Bool
  ) {
    ([], false)
  }
}
