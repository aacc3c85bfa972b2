/// How much the images of a batch differ in style at a node.
///
/// `−Σ_{j≠i} ⟨Ĝ_i, Ĝ_j⟩` for image `i`, where `G = A Aᵀ` is the Gram matrix of the channels over places
/// and `Ĝ = G / ‖G‖`. Lucid's `diversity` is the mean over the batch with the opposite sign, and is
/// subtracted there; here more is more diverse.
///
/// - Reference: Olah et al. 2017, *Feature Visualization*, “Diversity” (`olah2017feature`).
public struct DiversityObjective: ObjectiveTerm {
  /// The node.
  public var node: NodeID

  /// Creates a term.
  public init(_ node: NodeID) { self.node = node }

  public var text: String { "diversity:\(node.name)" }

  public func source(in graph: Graph) throws -> ObjectiveSource {
    _ = try graph[node]
    return .nodes([node])
  }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    let value = try only(inputs, in: batch)
    guard value.rank >= 3 else {
      throw InterpretabilityError(
        .unsupported,
        "diversity compares channels over places, and a value of shape \(value.shape) has none",
        node: node)
    }
    let flat = try value.flattened(from: 2)
    let grams = try Tensor.call(
      "aten::matmul", .tensor(flat), .tensor(flat.transposed(1, 2))
    ).flattened(from: 1)
    let length = try grams.squared().sum(over: [1], keepingAxes: true).clamped(min: 1e-20)
    // [images, copies, C·C]: a view is compared with the views of the same number.
    let unit = try (grams / length.squareRoot()).reshaped([batch.images, batch.copies, -1])
    let others = try unit.sum(over: [0], keepingAxes: true) - unit
    return try (unit * others).sum(over: [2]).flattened().negated()
  }
}

extension Objective {
  /// How much the images of a batch differ in style at a node.
  public static func diversity(_ node: NodeID) -> Objective {
    Objective(DiversityObjective(node))
  }
}
