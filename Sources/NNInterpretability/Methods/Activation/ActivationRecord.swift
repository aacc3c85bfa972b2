/// A layer's feature maps and the derivative of the score by them: what CAMs are made of.
struct ActivationRecord {
  let layer: NodeID
  /// A, `[N, C, h, w]`.
  let activations: Tensor
  let pass: BackwardPass

  /// Runs the network and reads `layer`; an empty name takes the last node with spatial extent.
  ///
  /// - Parameter isDifferentiable: Whether ``gradients`` will be asked for.
  init(
    _ model: Model, layer: NodeID, input: Tensor, target: Target, isDifferentiable: Bool = true
  ) throws {
    let chosen = layer.name.isEmpty ? try Self.lastSpatialNode(model, input) : layer
    let pass = try BackwardPass(
      model, input: input, target: target, readable: isDifferentiable ? [chosen] : [])
    let activations = try pass.trace[chosen]
    guard activations.rank == 4 else {
      throw InterpretabilityError(
        .invalidOption,
        "a class activation map needs a layer with feature maps [N, C, h, w]; the value here has "
          + "shape \(activations.shape)", node: chosen)
    }
    self.layer = chosen
    self.pass = pass
    self.activations = activations
  }

  /// ∂f_c/∂A, `[N, C, h, w]`.
  var gradients: Tensor { get throws { try pass.gradient(at: layer) } }

  /// A result at the layer's resolution, `[N, 1, h, w]`.
  func attribution(
    _ signed: Tensor, relu: Bool, by method: any AttributionMethod
  ) throws -> Attribution {
    let map = relu ? try signed.positivePart() : signed
    return try Attribution(
      map: map, ledger: Ledger(score: pass.score, map: map), target: pass.target, method: method,
      layer: layer)
  }

  /// The last node before the output whose feature maps have more than one position.
  private static func lastSpatialNode(_ model: Model, _ input: Tensor) throws -> NodeID {
    let graph = model.graph
    let trace = try graph.trace(
      model.checked(input).narrowed(axis: 0, to: 0..<1), readable: [])
    for node in graph.nodes.reversed() where node.id != graph.input && node.id != graph.output {
      guard let shape = try? trace[node.id].shape, shape.count == 4, shape[2] * shape[3] > 1 else {
        continue
      }
      return node.id
    }
    throw InterpretabilityError(
      .unsupported, "the network has no layer with feature maps [N, C, h, w]; a class activation "
        + "map needs one")
  }
}
