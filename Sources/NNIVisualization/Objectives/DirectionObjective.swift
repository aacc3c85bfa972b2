/// How far a node's value points in a direction.
///
/// With `a` a place's channels and `v` the direction: `v · a`, the cosine `v · a / (‖v‖ ‖a‖)`, or
/// `v · a · max(0.1, cosine)^p`, which asks for both; the mean over places. A direction of the shape of the
/// whole value stands for all places together.
///
/// - Reference: Carter et al. 2019, *Activation Atlas* (`carter2019activation`), for dot times cosine;
///   Lucid's `direction` and Lucent's `direction` (a cosine).
public struct DirectionObjective: ObjectiveTerm {
  /// What is measured.
  public enum Measure: Sendable, Hashable {
    /// The product.
    case dot
    /// The cosine.
    case cosine
    /// The product times a power of the cosine, which counts as at least 0.1.
    case dotTimesCosine(power: Double)
  }

  /// The node.
  public var node: NodeID
  /// The direction: `[C]`, or the shape of an image's whole value.
  public var direction: Tensor
  /// What is measured.
  public var measure: Measure
  /// How the direction is called in ``text``.
  public var name: String

  /// Creates a term.
  public init(
    _ node: NodeID, _ direction: Tensor, measure: Measure = .dot, name: String = "direction"
  ) {
    self.node = node
    self.direction = direction
    self.measure = measure
    self.name = name
  }

  public var text: String {
    switch measure {
    case .dot: "dot:\(node.name):\(name)"
    case .cosine: "cosine:\(node.name):\(name)"
    case .dotTimesCosine(let power): "dot-cosine:\(node.name):\(name):\(power)"
    }
  }

  public func source(in graph: Graph) throws -> ObjectiveSource {
    _ = try graph[node]
    return .nodes([node])
  }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    let value = try only(inputs, in: batch)
    let extents = Array(value.shape.dropFirst())
    let isWhole = direction.shape == extents
    guard isWhole || direction.shape == Array(extents.prefix(1)) else {
      throw InterpretabilityError(
        .invalidInput,
        "the direction has shape \(direction.shape); wanted \(extents.prefix(1)) or \(extents)",
        node: node)
    }
    let vector = try direction.converted(to: value.dtype).moved(to: value.device)
    // [rows, length, places]
    let places = try value.reshaped(
      [batch.rows, vector.count, value.count / max(batch.rows * vector.count, 1)])
    let flat = try vector.reshaped([1, vector.count, 1])
    let dot = try (places * flat).sum(over: [1])
    guard measure != .dot else { return try dot.orderedMeanPerSample() }
    let lengths = try places.squared().sum(over: [1]).clamped(min: 1e-16).squareRoot()
    let cosine = try dot / (lengths * max(vector.norm(), 1e-8))
    guard case .dotTimesCosine(let power) = measure else {
      return try cosine.orderedMeanPerSample()
    }
    let weight = try Tensor.call(
      "aten::pow.Tensor_Scalar", .tensor(cosine.clamped(min: 0.1)), .double(power))
    return try (dot * weight).orderedMeanPerSample()
  }
}

extension Objective {
  /// The product of a node's value with a direction, `[C]` or of the value's whole shape.
  public static func direction(_ node: NodeID, _ direction: Tensor) -> Objective {
    Objective(DirectionObjective(node, direction))
  }

  /// The cosine between a node's value and a direction.
  public static func cosine(_ node: NodeID, _ direction: Tensor) -> Objective {
    Objective(DirectionObjective(node, direction, measure: .cosine))
  }
}
