/// A forward pass on record, from which several methods and several targets can be read.
///
/// ```swift
/// let recording = try Recording(model, input: image)
/// let cat = try Gradient().attribute(recording, target: .class(281))
/// let dog = try GradCAM().attribute(recording, target: .class(207))
/// ```
///
/// ``SharedRecordings`` makes the recordings that a list of methods needs.
public struct Recording: Sendable {
  /// The network that was asked about.
  public let model: Model
  /// What was done to its graph before it ran.
  public let preparation: GraphPreparation
  /// The batch, `[N, …]`.
  public let input: Tensor
  /// Every node's value.
  public let trace: Trace
  /// The rules of the method that it was made for alone.
  let ownRules: RuleMap?

  /// Runs the network; with `isPropagatable` false only values are kept, which takes less memory.
  ///
  /// - Throws: ``InterpretabilityError`` when the input does not fit, or a value is NaN or infinite.
  public init(
    _ model: Model, input: Tensor, preparation: GraphPreparation = .asIs,
    isPropagatable: Bool = true
  ) throws {
    try self.init(model, input: input, preparation: preparation) { graph, input in
      (try graph.trace(input, readable: isPropagatable ? nil : []), nil)
    }
  }

  /// Runs the network for one method and one target, and keeps no more than these read.
  ///
  /// - Throws: ``InterpretabilityError`` when the input does not fit, or a value is NaN or infinite.
  package init(
    _ model: Model, input: Tensor, preparation: GraphPreparation,
    for method: some RecordedMethod, of target: Target, at place: NodeID? = nil
  ) throws {
    let fitted = try model.fitted(to: input)
    try self.init(fitted, input: input, preparation: preparation) { graph, input in
      guard
        let scope = try method.scope(
          in: graph, of: fitted, input: input, target: target)
      else {
        return (try graph.trace(input), nil)
      }
      let kept = target.nodes.union(place.map { [$0] } ?? [])
      return (try scope.trace(graph, input, keeping: kept), scope.rules)
    }
  }

  /// Runs the network for the value of a target and nothing else.
  ///
  /// - Throws: ``InterpretabilityError`` when the input does not fit, or a value is NaN or infinite.
  package init(_ model: Model, input: Tensor, scoring target: Target) throws {
    try self.init(model, input: input, preparation: .fused(keeping: target.nodes)) { graph, input in
      (try graph.trace(input, readable: [], freeingFor: [:], keeping: target.nodes), nil)
    }
  }

  private init(
    _ model: Model, input: Tensor, preparation: GraphPreparation,
    tracing: (Graph, Tensor) throws -> (Trace, RuleMap?)
  ) throws {
    let model = try model.fitted(to: input)
    self.model = model
    self.preparation = preparation
    self.input = try model.checked(input)
    let graph = try model.prepared(preparation)
    (trace, ownRules) = try tracing(graph, input)
    try trace.requireRows(of: input)
    guard try trace.output.isFinite() else {
      throw InterpretabilityError(
        .notFinite, "the network's value is NaN or infinite from here on",
        node: try graph.trace(input, readable: []).firstNonFiniteNode())
    }
  }

  /// The graph that ran.
  public var graph: Graph { trace.graph }
}

/// A method that one recorded forward pass is enough for.
public protocol RecordedMethod: AttributionMethod {
  /// Which graph its signals travel through.
  var preparation: GraphPreparation { get }
  /// The inner nodes that it reads besides the target's, so that the others may be computed together; `nil`
  /// if it reads all.
  var nodesRead: Set<NodeID>? { get }
  /// Whether it has a rule of its own for rectifiers, which then must be nodes of their own.
  var actsOnRectifiers: Bool { get }
  /// What it reads of a recording that is made for it alone; `nil`, the default, if that may be any value.
  ///
  /// - Throws: ``InterpretabilityError`` when an option does not fit.
  func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope?
  /// Explains `target` from a recording of the prepared graph.
  func attribute(_ recording: Recording, target: Target) throws -> Attribution
}

extension RecordedMethod {
  public var preparation: GraphPreparation { .asIs }

  public var nodesRead: Set<NodeID>? { nil }

  public var actsOnRectifiers: Bool { false }

  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    nil
  }

  /// The preparation for a run of its own, whose recording nobody else reads.
  package func preparation(alone target: Target) -> GraphPreparation {
    // A layer that is still to be found before a target inside the network may not be fused into the target.
    if nodesRead?.isEmpty == true, !target.nodes.isEmpty, self is any LayerMapMethod {
      return preparation
    }
    return nodesRead.map {
      .fused(keeping: $0.union(target.nodes), rectifiersApart: actsOnRectifiers)
    } ?? preparation
  }

  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    try attribute(
      Recording(
        model, input: input, preparation: preparation(alone: target), for: self, of: target),
      target: target)
  }
}

/// A method whose signal can be read at any node, not only at the input.
public protocol LayerReadableMethod: RecordedMethod {
  /// Explains `target` by the elements of a node's value: `[N, …]`, of that value's shape.
  func attribute(_ recording: Recording, target: Target, at node: NodeID) throws -> Attribution
}

extension LayerReadableMethod {
  /// Explains `target` by the elements of a node's value.
  public func attribute(
    _ model: Model, input: Tensor, target: Target, at node: NodeID
  ) throws -> Attribution {
    try target.requireInfluence(of: node, in: model.graph)
    let recording = try Recording(
      model, input: input, preparation: preparation, for: self, of: target, at: node)
    return try attribute(recording, target: target, at: node)
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    try attribute(recording, target: target, at: recording.graph.input)
  }
}

/// Recordings of one input, made when a method first needs them and shared from then on.
public struct SharedRecordings: Sendable {
  private let model: Model
  private let input: Tensor
  private var recordings: [GraphPreparation: Recording] = [:]

  /// Nothing runs yet.
  public init(_ model: Model, input: Tensor) {
    self.model = model
    self.input = input
  }

  /// Explains a target by a method; a forward pass that one is enough for runs once.
  public mutating func attribute(
    _ method: any AttributionMethod, target: Target
  ) throws -> Attribution {
    guard let method = method as? any RecordedMethod else {
      return try method.attribute(model, input: input, target: target)
    }
    return try method.attribute(recording(method.preparation), target: target)
  }

  /// The recording of a prepared graph; without batch norm there is nothing to prepare.
  public mutating func recording(_ preparation: GraphPreparation) throws -> Recording {
    let hasBatchNorm = model.graph.nodes.contains { $0.layer is BatchNormLayer }
    let preparation = hasBatchNorm ? preparation : .asIs
    if let found = recordings[preparation] { return found }
    let made = try Recording(model, input: input, preparation: preparation)
    recordings[preparation] = made
    return made
  }
}
