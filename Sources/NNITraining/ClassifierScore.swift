/// How well a classifier does on samples: its loss and its accuracy.
public struct ClassifierScore: Sendable, Equatable {
  /// The mean loss.
  public let loss: Double
  /// The share of samples whose largest logit is that of their label, in 0…1.
  public let accuracy: Double

  /// Scores a network in inference.
  ///
  /// - Parameters:
  ///   - graph: The network, which gives logits `[N, classes]`.
  ///   - data: The samples.
  ///   - loss: The loss whose mean is wanted.
  ///   - epoch: The epoch that annealed losses are told.
  ///   - batchSize: How many samples are computed at once.
  /// - Throws: ``InterpretabilityError`` when the data do not fit the network or the loss is not finite.
  public init(
    of graph: Graph, on data: any Dataset, loss: any TrainingLoss = CrossEntropyLoss(),
    epoch: Int = 0, batchSize: Int = 500
  ) throws {
    let labels = data.labels
    guard !labels.isEmpty, batchSize > 0 else {
      throw InterpretabilityError(.invalidInput, "there are no samples to score a network on")
    }
    let dtype = try graph.parameterType
    var (lossSum, hits) = (0.0, 0.0)
    for start in stride(from: 0, to: labels.count, by: batchSize) {
      let positions = Array(start..<min(start + batchSize, labels.count))
      let part = positions.map { labels[$0] }
      let logits = try graph.forward(data.inputs(positions).converted(to: dtype))
      try Self.check(logits, part)
      let wanted = try Tensor(part.map(Int64.init), shape: [part.count])
      hits += try Self.hits(logits, wanted)
      lossSum += try loss.value(logits, labels: wanted, epoch: epoch).item() * Double(part.count)
    }
    guard lossSum.isFinite else {
      throw InterpretabilityError(
        .notFinite, "the network's loss on \(labels.count) samples is NaN or infinite")
    }
    self.loss = lossSum / Double(labels.count)
    accuracy = hits / Double(labels.count)
  }

  /// How many samples of a batch have their largest logit at their label.
  static func hits(_ logits: Tensor, _ labels: Tensor) throws -> Double {
    let found = try Tensor.call("aten::detach", .tensor(logits)).indexOfMaximum(along: 1)
    return try Tensor.call("aten::eq.Tensor", .tensor(found), .tensor(labels)).sum().item()
  }

  /// Refuses labels that the network has no output for.
  static func check(_ logits: Tensor, _ labels: [Int]) throws {
    guard logits.rank == 2, logits.shape[0] == labels.count else {
      throw InterpretabilityError(
        .invalidInput,
        "the network gives \(logits.shape) for \(labels.count) samples; wanted [samples, classes]")
    }
    guard let largest = labels.max(), largest < logits.shape[1] else {
      throw InterpretabilityError(
        .invalidInput,
        "a sample is of class \(labels.max() ?? 0), but the network has \(logits.shape[1]) classes")
    }
  }
}
