/// A layer's feature maps and the derivative of the score by them: what CAMs are made of.
///
/// Of a vision transformer the feature maps are the vectors of the patches on their grid.
struct ActivationRecord {
  let layer: NodeID
  /// A, `[N, C, places…]`, whatever the order of axes in the network.
  let activations: Tensor
  let pass: BackwardPass
  private let propagation: GradientPropagation
  /// The network's axes in the order of ``activations``.
  private let order: [Int]
  /// Where the places are among tokens, if the layer's value is one vector for each.
  private let grid: TokenGrid?

  /// Reads `layer` from a recording; an empty name takes the last one with spatial extent that the target
  /// depends on.
  ///
  /// - Throws: ``InterpretabilityError`` when the target does not depend on the layer, or it has no places.
  init(
    _ recording: Recording, layer: NodeID, target: Target,
    propagation: GradientPropagation = .gradient
  ) throws {
    self.propagation = propagation
    let pass = try BackwardPass(recording, target: target)
    let end = pass.target.node
    let chosen = try Self.layer(layer, recording, pass)
    let graph = pass.graph
    guard try graph.isAncestor(of: graph.index(of: end))[graph.index(of: chosen)] else {
      throw InterpretabilityError(
        .invalidOption,
        "\(end), which is explained, does not depend on this layer; choose one before it",
        node: chosen)
    }
    let value = try pass.trace[chosen]
    guard (3...5).contains(value.rank) else {
      throw InterpretabilityError(
        .invalidOption,
        "a class activation map needs a layer with feature maps [N, C, places…] of 1 to 3 spatial axes; "
          + "the value here has shape \(value.shape)", node: chosen)
    }
    self.layer = chosen
    self.pass = pass
    if let grid = TokenGrid(recording.trace), grid.holds(value.shape) {
      self.grid = grid
      order = Array(0..<4)
      activations = try grid.featureMaps(of: value)
      return
    }
    self.grid = nil
    order = FeatureMapLayout(recording.trace).order(of: chosen)
    activations = try value.permuted(order)
  }

  /// The layer of that name; without one the last with spatial extent that the target depends on.
  static func layer(
    _ name: NodeID, _ recording: Recording, _ pass: BackwardPass
  ) throws -> NodeID {
    guard name.name.isEmpty else { return name }
    let end = pass.target.node
    return try TokenGrid(recording.trace)?.lastLayer(recording, before: end)
      ?? FeatureMapLayout(recording.trace).lastLayer(before: end)
  }

  /// ∂f_c/∂A, `[N, C, places…]`.
  var gradients: Tensor {
    get throws {
      let gradient = try pass.gradient(at: layer, by: propagation)
      return try grid?.featureMaps(of: gradient) ?? gradient.permuted(order)
    }
  }

  /// The axes of places.
  var spatial: [Int] { Array(2..<activations.rank) }

  /// How many places a map has.
  var placeCount: Int { activations.shape.dropFirst(2).reduce(1, *) }

  /// The shape of a map, `[N, 1, places…]`.
  var mapShape: [Int] { [activations.shape[0], 1] + activations.shape.dropFirst(2) }

  /// Values `[N, m, C, places…]` with the axes as the network has them.
  func inNetworkOrder(_ variants: Tensor) throws -> Tensor {
    if let grid { return try grid.tokens(of: variants, beside: pass.trace[layer]) }
    let inverse = order.indices.map { order.firstIndex(of: $0) ?? $0 }
    return try variants.permuted([0, 1] + inverse.dropFirst().map { $0 + 1 })
  }

  /// A result at the layer's resolution, `[N, 1, places…]`.
  func attribution(
    _ signed: Tensor, relu: Bool, by method: any AttributionMethod
  ) throws -> Attribution {
    let map = relu ? try signed.positivePart() : signed
    return try Attribution(
      map: map, ledger: Ledger(score: pass.score, map: map), target: pass.target, method: method,
      layer: layer)
  }
}

extension Tensor {
  /// Maps `[N, m, places…]` enlarged to so many places linearly, with half-pixel centres.
  func enlarged(to size: [Int]) throws -> Tensor {
    guard size.count == rank - 2 else {
      throw InterpretabilityError(
        .unsupported,
        "feature maps with \(rank - 2) spatial axes do not fit an input with \(size.count)")
    }
    switch size.count {
    case 1:
      return try .call(
        "aten::upsample_linear1d", .tensor(self), .ints(size), .bool(false), .none)
    case 2:
      return try .call(
        "aten::upsample_bilinear2d", .tensor(self), .ints(size), .bool(false), .none, .none)
    default:
      return try .call(
        "aten::upsample_trilinear3d", .tensor(self), .ints(size), .bool(false), .none, .none, .none)
    }
  }
}
