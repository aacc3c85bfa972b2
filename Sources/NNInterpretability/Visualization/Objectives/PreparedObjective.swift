/// An objective with the part of a network that it reads, ready to be asked again and again.
///
/// ```swift
/// let prepared = try PreparedObjective(.channel("conv5", 42), for: model)
/// let (values, gradient) = try prepared.evaluate(images)
/// ```
public struct PreparedObjective: Sendable {
  /// The objective.
  public let objective: Objective
  private let model: Model
  /// The network with the objective as its last node; `nil` when no term reads a node.
  private let graph: Graph?
  /// The same with rectifiers as nodes of their own.
  private let rectified: Graph?
  private let node: NodeID
  private let networkTerms: [Objective.Term]
  private let positions: [[Int]]
  private let memberTerms: [Objective.Term]
  private let imageTerms: [Objective.Term]
  private let parameterTerms: [Objective.Term]

  /// Prepares an objective for a network.
  ///
  /// - Throws: ``InterpretabilityError`` when the network lacks a node that the objective reads, or a
  ///   factor is not finite.
  public init(_ objective: Objective, for model: Model) throws {
    self.objective = objective
    self.model = model
    var network: [Objective.Term] = []
    var members: [Objective.Term] = []
    var image: [Objective.Term] = []
    var parameters: [Objective.Term] = []
    var reads: [[NodeID]] = []
    for term in objective.terms {
      guard term.factor.isFinite else {
        throw InterpretabilityError(
          .invalidOption, "the factor of \(term.quantity.text) is \(term.factor)")
      }
      switch try term.quantity.source(in: model.graph) {
      case .nodes(let nodes):
        network.append(term)
        reads.append(nodes)
      case .members: members.append(term)
      case .image: image.append(term)
      case .parameters: parameters.append(term)
      }
    }
    guard !objective.terms.isEmpty else {
      throw InterpretabilityError(.invalidOption, "the objective has no terms")
    }
    (networkTerms, memberTerms, imageTerms, parameterTerms) = (network, members, image, parameters)
    var nodes: [NodeID] = []
    positions = reads.map { own in
      own.map { id in
        if let found = nodes.firstIndex(of: id) { return found }
        nodes.append(id)
        return nodes.count - 1
      }
    }
    node = NodeID("objective " + objective.text)
    guard !nodes.isEmpty else {
      (graph, rectified) = (nil, nil)
      return
    }
    // The output's value is kept by every rewrite.
    let kept = Set(nodes).subtracting([model.graph.output, model.graph.input])
    let layer = ObjectiveLayer(
      terms: network, positions: positions,
      batch: ObjectiveBatch(images: 1, output: model.outputMeaning))
    var graph = try model.prepared(.fused(keeping: kept))
    try graph.add(layer, as: node, after: nodes)
    var rectified = try model.prepared(.fused(keeping: kept, rectifiersApart: true))
    try rectified.add(layer, as: node, after: nodes)
    self.rectified = rectified
    self.graph = graph
  }

  /// Whether a term reads the network's output, so that probabilities are known with it.
  var readsOutput: Bool {
    graph.map { $0.nodes.last?.inputs.contains(model.graph.output) ?? false } ?? false
  }

  /// Whether images must be seen together because a term compares them.
  private var comparesImages: Bool {
    networkTerms.contains { $0.quantity is DiversityObjective }
  }

  /// What an objective gives for a batch.
  public struct Value: Sendable {
    /// For each image its value: `[N]`.
    public var values: Tensor
    /// The derivative of the sum of all values by the batch, in its shape.
    public var gradient: Tensor
    /// The network's output for each row, where the objective reads it.
    public var logits: Tensor?
  }

  /// The objective and its derivative for images, `[N, C, H, W]`, without transforms.
  ///
  /// Terms of a code are left out.
  ///
  /// - Throws: ``InterpretabilityError`` when the images do not fit or a value is not finite.
  public func evaluate(_ images: Tensor) throws -> Value {
    let images = try model.checked(images)
    var result = try network(images, of: images.shape[0], copies: 1)
    if let own = try image(images) {
      result.values = try result.values + own.values
      result.gradient = try result.gradient + own.gradient
    }
    return result
  }

  /// The objective of each image alone, `[N]`, seen as so many views; derivatives cost three times as much.
  ///
  /// Terms of a code are left out.
  ///
  /// - Throws: ``InterpretabilityError`` when the images do not fit or a value is not finite.
  func scores(_ images: Tensor, seenAs views: Tensor, copies: Int) throws -> Tensor {
    let values = try network(views, of: images.shape[0], copies: copies, isDerived: false).values
    return try image(images).map { try values + $0.values } ?? values
  }

  /// The terms that read nodes or members, for `copies` views of each image: the mean over its views.
  ///
  /// The gradient is that of the sum of all images' values by the views, or zero if it is not asked for; if it is zero for a view and
  /// `wakes`, one takes its place that leads to where silent neurons answer (``RedirectedRule``).
  func network(
    _ views: Tensor, of images: Int, copies: Int, wakes: Bool = false, isDerived: Bool = true
  ) throws -> Value {
    var values: [Tensor] = []
    var gradients: [Tensor] = []
    var logits: [Tensor] = []
    let step = try imagesAtOnce(views, images: images, copies: copies)
    for first in stride(from: 0, to: images, by: step) {
      let batch = ObjectiveBatch(
        first: first, images: min(step, images - first), copies: copies,
        output: model.outputMeaning)
      let rows = (first * copies)..<(first * copies + batch.rows)
      let part =
        rows.count == views.shape[0] ? views : try views.narrowed(axis: 0, to: rows)
      var result = try nodes(part, batch, isDerived: isDerived)
      if wakes { result.gradient = try awake(result.gradient, part, batch) }
      let (own, gradient) = try members(
        part, batch, adding: (result.values, result.gradient), isDerived: isDerived)
      values.append(copies == 1 ? own : try own.reshaped([batch.images, copies]).mean(over: [1]))
      gradients.append(copies == 1 ? gradient : try gradient / Double(copies))
      if let part = result.logits { logits.append(part) }
    }
    let sum = values.count == 1 ? values[0] : try Tensor.concatenated(values, axis: 0)
    guard try sum.isFinite() else {
      throw InterpretabilityError(
        .notFinite, "the objective \(objective.text) is NaN or infinite; try a lower learning rate")
    }
    return Value(
      values: sum,
      gradient: gradients.count == 1 ? gradients[0] : try .concatenated(gradients, axis: 0),
      logits: logits.isEmpty ? nil : try .concatenated(logits, axis: 0))
  }

  /// The terms of the images themselves and their derivative; `nil` when there are none.
  func image(_ images: Tensor) throws -> Value? { try plain(imageTerms, of: images) }

  /// The terms of what is optimised and their derivative; `nil` when there are none.
  func parameters(_ parameters: Tensor) throws -> Value? {
    try plain(parameterTerms, of: parameters)
  }

  private func plain(_ terms: [Objective.Term], of value: Tensor) throws -> Value? {
    guard !terms.isEmpty else { return nil }
    let batch = ObjectiveBatch(images: value.shape[0], output: model.outputMeaning)
    let tape = try Tape([value]) { inputs in
      try terms.values(terms.map { _ in inputs }, in: batch, like: inputs[0])
    }
    return Value(values: tape.output, gradient: try tape.pullback(tape.output.onesLike())[0])
  }

  /// How many images go through the network together: as many as lie near the processor, which depends on
  /// nothing but the network and the images' size, so that neither memory nor threads change a bit.
  private func imagesAtOnce(_ views: Tensor, images: Int, copies: Int) throws -> Int {
    guard let graph, !comparesImages, images > 1 else { return images }
    var alone = graph
    try alone.setLayer(layer(ObjectiveBatch(images: 1, output: model.outputMeaning)), at: node)
    let end = try graph[node].inputs
    var bytes = 0
    for id in end {
      let trace = try graph.trace(
        views.narrowed(axis: 0, to: 0..<1), readable: [], to: id)
      bytes = max(bytes, try trace.bytesPerSample())
    }
    return max(1, min(64, 128_000_000 / max(bytes * copies, 1)))
  }

  private func layer(_ batch: ObjectiveBatch) -> ObjectiveLayer {
    ObjectiveLayer(terms: networkTerms, positions: positions, batch: batch)
  }

  /// The terms that read nodes.
  private func nodes(
    _ views: Tensor, _ batch: ObjectiveBatch, isDerived: Bool
  ) throws -> Value {
    guard var graph else {
      return Value(
        values: try .full([batch.rows], 0, dtype: views.dtype).moved(to: views.device),
        gradient: try views.zerosLike())
    }
    try graph.setLayer(layer(batch), at: node)
    let outputs = readsOutput ? [model.graph.output] : []
    let trace = try graph.trace(views, readable: isDerived ? nil : outputs, to: node)
    let values = try trace[node]
    let logits = readsOutput ? try trace[model.graph.output] : nil
    guard isDerived else {
      return Value(values: values, gradient: try views.zerosLike(), logits: logits)
    }
    let gradient = try trace.propagate(
      [node: Signal(values.onesLike())], using: [.any: .gradient])[graph.input]
    return Value(values: values, gradient: gradient, logits: logits)
  }

  /// A gradient whose rows that are zero are replaced by what ``RedirectedRule`` gives.
  private func awake(
    _ gradient: Tensor, _ views: Tensor, _ batch: ObjectiveBatch
  ) throws -> Tensor {
    let isZero = try gradient.magnitude().flattened(from: 1).maximum(over: [1]).isEqual(to: 0)
    guard var rectified, try isZero.converted(to: .float32).sum().item() > 0 else {
      return gradient
    }
    try rectified.setLayer(layer(batch), at: node)
    let trace = try rectified.trace(views, to: node)
    let seed = try trace[node].onesLike()
    let redirected = try trace.propagate(
      [node: Signal(seed)], using: [.rectifier: RedirectedRule(), .any: .gradient])[rectified.input]
    return try redirected.selected(
      where: isZero.reshaped([-1] + gradient.shape.dropFirst().map { _ in 1 }), otherwise: gradient)
  }

  /// The terms that read members: all are asked for their logits, then for their derivatives.
  private func members(
    _ views: Tensor, _ batch: ObjectiveBatch, adding sum: (values: Tensor, gradient: Tensor),
    isDerived: Bool
  ) throws -> (values: Tensor, gradient: Tensor) {
    var (values, gradient) = sum
    for term in memberTerms {
      guard case .members(let members) = try term.quantity.source(in: model.graph) else { continue }
      let graphs = try (0..<members.count).map { try members.function(MemberDraw(pass: $0)) }
      let logits = try graphs.map { try $0.forward(views) }
      let tape = try Tape(logits) { try [term].values([$0], in: batch, like: $0[0]) }
      values = try values + tape.output
      guard isDerived else { continue }
      let seeds = try tape.pullback(tape.output.onesLike())
      for (graph, seed) in zip(graphs, seeds) {
        try Task.checkCancellation()
        // Computed again: records of all members together may not fit.
        gradient =
          try gradient
          + graph.trace(views).propagate(
            [graph.output: Signal(seed)], using: [.any: .gradient])[graph.input]
      }
    }
    return (values, gradient)
  }
}

extension Objective {
  /// The objective's value for each image, `[N]`, and the derivative of their sum by the images.
  ///
  /// ``PreparedObjective`` does the same faster when it is asked often.
  ///
  /// - Throws: ``InterpretabilityError`` when the network lacks what the objective reads, or the images do
  ///   not fit.
  public func evaluate(_ model: Model, _ images: Tensor) throws -> PreparedObjective.Value {
    try PreparedObjective(self, for: model).evaluate(images)
  }
}
