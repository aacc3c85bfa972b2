/// A layer's feature maps and the derivative of the score by them: what CAMs are made of.
struct ActivationRecord {
  let layer: NodeID
  /// A, `[N, C, h, w]`.
  let activations: Tensor
  let pass: BackwardPass

  /// Reads `layer` from a recording; an empty name takes the last node with spatial extent.
  init(_ recording: Recording, layer: NodeID, target: Target) throws {
    let chosen = try layer.name.isEmpty ? recording.trace.lastSpatialNode() : layer
    let pass = try BackwardPass(recording, target: target)
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
}

extension Trace {
  /// The last node before the output whose feature maps have more than one position.
  func lastSpatialNode() throws -> NodeID {
    for node in graph.nodes.reversed() where node.id != graph.input && node.id != graph.output {
      guard let shape = try? self[node.id].shape, shape.count == 4, shape[2] * shape[3] > 1 else {
        continue
      }
      return node.id
    }
    throw InterpretabilityError(
      .unsupported, "the network has no layer with feature maps [N, C, h, w], which this needs")
  }
}
