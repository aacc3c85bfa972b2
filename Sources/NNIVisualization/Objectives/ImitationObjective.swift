/// How well a node's value is that of a given image, or exaggerates it.
///
/// With `a₀` the given image's value:
///
/// - inversion: `−‖a − a₀‖² / ‖a₀‖²`;
/// - caricature: `a · a₀ / ‖a₀‖ · max(0, cosine(a, a₀))^p`.
///
/// - Reference: Mahendran and Vedaldi 2015, *Understanding Deep Image Representations by Inverting
///   Them*, equation 4 (`mahendran2015understanding`); Olah et al. 2018, *The Building Blocks of
///   Interpretability* (`olah2018building`), for caricatures.
public struct ImitationObjective: ObjectiveTerm {
  /// What is asked of the value.
  public enum Aim: Sendable, Hashable {
    /// To be equal.
    case inversion
    /// To point the same way, the farther the better; the power of the cosine.
    case caricature(power: Double)
  }

  /// The node.
  public var node: NodeID
  /// The given image's value there, `[1, …]`.
  public var reference: Tensor
  /// What is asked of the value.
  public var aim: Aim

  /// Creates a term from the value itself.
  public init(_ node: NodeID, reference: Tensor, aim: Aim) {
    self.node = node
    self.reference = reference
    self.aim = aim
  }

  /// Creates a term from an image, `[1, C, H, W]`.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such node or the image does not fit.
  public init(_ node: NodeID, of image: Tensor, in model: Model, aim: Aim) throws {
    let trace = try model.graph.trace(model.checked(image), readable: [], to: node)
    self.init(node, reference: try trace[node], aim: aim)
  }

  public var text: String {
    switch aim {
    case .inversion: "inversion:\(node.name)"
    case .caricature(let power): "caricature:\(node.name):\(power)"
    }
  }

  public func source(in graph: Graph) throws -> ObjectiveSource {
    _ = try graph[node]
    return .nodes([node])
  }

  public func values(_ inputs: [Tensor], in batch: ObjectiveBatch) throws -> Tensor {
    let value = try only(inputs, in: batch)
    guard value.shape.dropFirst() == reference.shape.dropFirst(), reference.shape.first == 1 else {
      throw InterpretabilityError(
        .invalidInput,
        "the given image's value has shape \(reference.shape), that of the image being made "
          + "\(value.shape); both images must have the same size", node: node)
    }
    let wanted = try reference.converted(to: value.dtype).moved(to: value.device)
    let length = max(try wanted.norm(), 1e-8)
    guard case .caricature(let power) = aim else {
      return try (value - wanted).squared().orderedSumPerSample() / -(length * length)
    }
    let dot = try (value * wanted).orderedSumPerSample() / length
    let own = try value.squared().orderedSumPerSample().clamped(min: 1e-16).squareRoot()
    let cosine = try (dot / own).clamped(min: 0)
    return try dot * .call("aten::pow.Tensor_Scalar", .tensor(cosine), .double(power))
  }
}

extension Objective {
  /// An image with the same value at a node as the given one, `[1, C, H, W]`.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such node or the image does not fit.
  public static func inversion(
    of image: Tensor, at node: NodeID, in model: Model
  ) throws -> Objective {
    Objective(try ImitationObjective(node, of: image, in: model, aim: .inversion))
  }

  /// An image that exaggerates what a node sees in the given one, `[1, C, H, W]`.
  ///
  /// - Throws: ``InterpretabilityError`` when there is no such node or the image does not fit.
  public static func caricature(
    of image: Tensor, at node: NodeID, in model: Model, power: Double = 1
  ) throws -> Objective {
    Objective(try ImitationObjective(node, of: image, in: model, aim: .caricature(power: power)))
  }
}
