public import NNIMethods
public import NNIImages

/// One photograph, explained by several methods for several targets, on a trained network and on its
/// twin with random weights.
public struct PhotoComparison: Sendable {
  /// What the page shows of it.
  public let photo: ComparisonPhoto
  /// The same as contact sheets: for each target a photograph with all maps.
  public let reports: [ReportPhoto]
  /// What is needed to make each map again, by target and method.
  public let manifests: [[Manifest]]

  /// Explains a photograph.
  ///
  /// - Parameters:
  ///   - image: The photograph, of any size.
  ///   - name: What the page and files call it.
  ///   - model: The network; its input description says how the photograph is prepared.
  ///   - twin: The same network with random weights; a method that cannot explain it is stated on the
  ///     page.
  ///   - plan: What is asked.
  ///   - progress: Called before each map with what is made.
  /// - Throws: `InterpretabilityError` when the photograph cannot be prepared, a target does not exist
  ///   or a method cannot explain the network.
  public init(
    _ image: Image, named name: String, by model: Model, twin: Model, plan: ComparisonPlan,
    progress: (String) -> Void = { _ in }
  ) throws {
    let (tensor, geometry) = try model.inputSpec.tensor(from: image)
    let input = try tensor.converted(to: model.parameterType)
    let ranking = try NetworkAnswer.all(model(input), model.outputMeaning).first
    let targets =
      plan.targets.isEmpty
      ? (ranking?.entries.prefix(2).map { .class($0.index) } ?? [.predicted]) : plan.targets
    let context = try CostContext(
      model, sampleShape: Array(input.shape.dropFirst()), samples: 1, dtype: input.dtype)
    var reports: [ReportPhoto] = []
    var manifests: [[Manifest]] = []
    var found: [ComparisonTarget] = []
    var random = SharedRecordings(twin, input: input)
    try Computation.forEach(targets) { target in
      let explanation = try Computation.part(0...0.3) {
        try PhotoExplanation(
          image, named: name, by: model, methods: plan.methods.map(\.method), target: target,
          progress: progress)
      }
      var entries: [ComparisonEntry] = []
      try Computation.part(0.3...1) {
        try Computation.forEach(Array(plan.methods.enumerated())) { index, named in
          let (title, method) = named
          let attribution = explanation.attributions[index]
          let tile = explanation.photo.tiles[index]
          progress("\(title), twin and curves")
          let cost = try method.cost(context)
          // Once more and alone: above, methods share the pass that each of them needs.
          let (_, alone) = try Manifest.measuring(model, input: input) {
            try method.attribute(model, input: input, target: target)
          }
          var entry = ComparisonEntry(
            name: title, tile: tile,
            curves: try Self.curves(
              attribution, of: method, by: model, input: input, target: target, steps: plan.steps),
            cost: ComparisonCost(
              forward: cost.forward, backward: cost.backward, isAtLeast: cost.isAtLeast,
              seconds: alone.seconds, peakBytes: context.peakBytes(of: cost)))
          do {
            // The class that the trained network was asked about.
            let same = attribution.classes.first.map { Target.class($0) } ?? target
            let found = try random.attribute(method, target: same)
            let own = try ReportTile(found, sample: 0)
            entry.twin = try ComparisonTwin(
              own.map, of: tile.map, ledger: own.ledger, warnings: own.warnings)
          } catch let error as InterpretabilityError {
            entry.twinRefusal = "no map of the random network: \(error.message)"
          }
          entries.append(entry)
        }
      }
      found.append(
        ComparisonTarget(
          name: Self.name(of: target, explanation, model),
          probability: Self.probability(explanation, ranking),
          score: explanation.attributions.first?.ledger.score.first ?? 0, entries: entries))
      reports.append(explanation.photo)
      manifests.append(explanation.manifests)
    }
    self.reports = reports
    self.manifests = manifests
    photo = ComparisonPhoto(
      name: name, image: image, region: geometry.regionInOriginal,
      predictions: Self.predictions(reports), targets: found)
  }

  /// The classes of all targets' tables, each once; those that a target explains are marked.
  private static func predictions(_ reports: [ReportPhoto]) -> [ReportPrediction] {
    var result: [ReportPrediction] = []
    for prediction in reports.flatMap(\.predictions) {
      let place = result.firstIndex {
        $0.className == prediction.className && $0.logit == prediction.logit
      }
      if let place {
        result[place].isExplained = result[place].isExplained || prediction.isExplained
      } else {
        result.append(prediction)
      }
    }
    return result.sorted { ($0.probability ?? 0) > ($1.probability ?? 0) }
  }

  private static func name(
    of target: Target, _ explanation: PhotoExplanation, _ model: Model
  ) -> String {
    let spec = model.inputSpec
    if let first = explanation.attributions.first, let index = first.classes.first {
      let width = first.outputShape.map { $0[1] } ?? 2
      return model.outputLabel(
        index, isNumber: model.outputMeaning.activation(width: width) == .none)
    }
    if case .difference(let first, let second) = target {
      return "\(spec.label(first)) rather than \(spec.label(second))"
    }
    return target.title(classes: [], sample: 0, spec: spec)
  }

  private static func probability(
    _ explanation: PhotoExplanation, _ ranking: NetworkAnswer?
  ) -> Double? {
    explanation.attributions.first?.classes.first.flatMap { index in
      ranking?.entries.first { $0.index == index }?.probability
    }
  }

  private static func curves(
    _ attribution: Attribution, of method: any AttributionMethod, by model: Model, input: Tensor,
    target: Target, steps: Int
  ) throws -> ComparisonCurves? {
    guard steps > 0 else { return nil }
    let subject = try MetricCase(
      model, input: input, method: method, target: target, attribution: attribution)
    // The probability of a difference is none, and numbers have none.
    guard !attribution.classes.isEmpty, let shape = attribution.outputShape,
      model.outputMeaning.activation(width: shape[1]) != .none
    else { return nil }
    let deletion = try DeletionCurve(steps: steps).evaluate(subject)
    let insertion = try InsertionCurve(steps: steps).evaluate(subject)
    guard let falling = deletion.curves["probability"],
      let rising = insertion.curves["probability"],
      let fallingValues = falling.values.first, let risingValues = rising.values.first,
      let deletionArea = falling.areas.first, let insertionArea = rising.areas.first
    else { return nil }
    return ComparisonCurves(
      shares: falling.places, deletion: fallingValues, insertion: risingValues,
      deletionArea: deletionArea, insertionArea: insertionArea)
  }
}
