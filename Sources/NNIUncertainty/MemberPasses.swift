/// A method run on each member of a distribution, several members at once where that is the same.
struct MemberPasses {
  /// What one member gave for one target.
  struct Result {
    let pass: Int
    /// `[1, …]`, of the method's shape.
    let map: Tensor
    let score: Double
    let reference: Double
    let causes: [Ledger.Cause: Double]
    /// The class that is explained, if it is one class.
    let explained: Int?
    /// The class that the member predicts.
    let predicted: Int
    /// The probabilities that the member gives the classes; empty where outputs are numbers.
    let probabilities: [Double]
    /// The promise and layer of the map.
    let layer: NodeID?
  }

  private let method: any AttributionMethod
  private let batches: MemberBatches

  init(_ attribution: UncertainAttribution, _ input: Tensor) throws {
    method = attribution.method
    batches = try MemberBatches(
      attribution.distribution, input: input, firstSample: attribution.options.firstSample,
      keepingRows: attribution.keepsRows)
  }

  /// The maps of one sample by all members in order, for each of the targets that `targets` gives for the
  /// members' probabilities; all of them read the nodes that `kind` reads.
  func forEach(
    sample: Int, like kind: Target, targets: ([[Double]]) throws -> [Target],
    _ body: (Result) throws -> Void
  ) throws {
    try batches.forEach(sample: sample) { batch in
      let rows = batch.input.shape[0]
      let run: (Target) throws -> Attribution
      let logits: Tensor
      if let recorded = method as? any RecordedMethod {
        let preparation = recorded.preparation(alone: kind)
        let recording =
          try method is any ForwardMethod
          ? Recording(
            batch.model, input: batch.input, preparation: preparation, isPropagatable: false)
          : Recording(
            batch.model, input: batch.input, preparation: preparation, for: recorded, of: kind)
        logits = try recording.trace[recording.graph.output]
        run = { try recorded.attribute(recording, target: $0) }
      } else {
        logits = try batch.model(batch.input)
        run = { try method.attribute(batch.model, input: batch.input, target: $0) }
      }
      let meaning = batch.model.outputMeaning
      let classScores = logits.rank > 2 ? try logits.sum(over: Array(2..<logits.rank)) : logits
      let predicted = try meaning.answers(classScores)
      let isNumber = meaning.activation(width: classScores.shape[1]) == .none
      let probabilities =
        isNumber
        ? [[Double]](repeating: [], count: classScores.shape[0])
        : try PredictiveDistribution.probabilities(classScores, meaning)
      try Computation.forEach(targets(probabilities)) { target in
        let found = try run(target)
        for row in 0..<batch.passes.count {
          try body(
            Result(
              pass: batch.passes.lowerBound + row,
              map: rows == 1 ? found.map : found.map.narrowed(axis: 0, to: row..<(row + 1)),
              score: found.ledger.score[row], reference: found.ledger.reference[row],
              causes: found.ledger.causes.mapValues { $0[row] },
              explained: found.classes.isEmpty ? nil : found.classes[row],
              predicted: predicted[row], probabilities: probabilities[row], layer: found.layer))
        }
      }
    }
  }
}
