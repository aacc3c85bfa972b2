/// Path methods read at a hidden layer `y`, along `x(t) = x₀ + t(x − x₀)`.
///
/// | name | map |
/// |---|---|
/// | `conductance` | `∫₀¹ ∂f_c/∂y ⊙ dy/dt dt`, integrated gradients as they flow through the layer |
/// | `internal-influence` | `∫₀¹ ∂f_c/∂y dt`, the mean influence of the layer's elements |
///
/// Conductance sums to `f_c(x) − f_c(x₀)` where all of it flows through the layer. It is computed as
/// `Σ ∂f_c/∂y(t_k + h/2) ⊙ (y(t_{k+1}) − y(t_k))`, the error of which is of the second order.
///
/// - Reference: Dhamdhere et al. 2019, *How Important Is a Neuron?*, equation 2
///   (`dhamdhere2019important`); Leino et al. 2018, *Influence-Directed Explanations*, equation 1
///   (`leino2018influence`).
public struct LayerPathMethod: ConfigurableMethod, DifferentiatingMethod {
  /// Which one.
  public enum Kind: String, Sendable, CaseIterable {
    case conductance
    case influence = "internal-influence"
  }

  /// Which one.
  public var kind: Kind
  /// The layer; empty takes the last node with spatial extent, or the last but the output.
  public var layer: NodeID
  /// How many pieces the path is cut into.
  public var steps: Int
  /// x₀.
  public var baseline: Baseline
  /// How it differentiates; with ``GradientPropagation/libra`` no sum is promised.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(
    _ kind: Kind, layer: NodeID = "", steps: Int = 50, baseline: Baseline = .zero,
    propagation: GradientPropagation = .gradient
  ) {
    self.kind = kind
    self.layer = layer
    self.steps = steps
    self.baseline = baseline
    self.propagation = propagation
  }

  public var name: String { kind.rawValue }

  public var promise: MapPromise {
    kind == .conductance && propagation == .gradient ? .sumsToScore : .nothing
  }

  public var options: [MethodOption<Self>] {
    [
      .layer("layer", \.layer, "the layer; empty: the last one with spatial extent"),
      .integer("steps", \.steps, "how many pieces the path is cut into", in: 1...4096),
      .baseline("baseline", \.baseline, "the input that is compared with"),
      .propagation,
    ]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    let cuts = kind == .conductance ? steps + 1 : 0
    let references = baseline.count(samples: context.samples)
    return MethodCost(
      forward: (2 + steps + cuts) * references, backward: steps * references,
      inputsAtOnce: min(context.inputsAtOnce, steps))
  }

  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    let model = try model.fitted(to: input)
    let node = try chosenLayer(model, input)
    return try baseline.mean(for: input) {
      try attribute(model, input: input, target: target, at: node, from: $0)
    }
  }

  private func attribute(
    _ model: Model, input: Tensor, target: Target, at node: NodeID, from baseline: Baseline
  ) throws -> Attribution {
    let path = try IntegrationPath(
      model, from: baseline, to: input, target: target, reading: [node],
      propagation: propagation)
    let maps = try Computation.map(0..<input.shape[0]) { sample in
      let points = Quadrature.midpoint.nodes(steps).map {
        IntegrationPath.Point(sample: sample, position: $0.position)
      }
      let valuesShare = kind == .conductance ? 0.3 : 0
      var changes = try Computation.part(0...valuesShare) {
        try kind == .conductance ? rises(path, sample: sample, at: node)[...] : []
      }
      var total: Tensor?
      try Computation.part(valuesShare...1) {
        try path.gradients(points, at: node) { gradients in
          for row in 0..<gradients.shape[0] {
            let gradient = try gradients.narrowed(axis: 0, to: row..<(row + 1))
            let part =
              try kind == .conductance
              ? gradient * changes.removeFirst() : gradient / Double(steps)
            total = try total.map { try $0 + part } ?? part
          }
        }
      }
      return try total ?? path.way.zerosLike()
    }
    let map = try Tensor.concatenated(maps, axis: 0)
    let attribution = try Attribution(
      map: map,
      ledger: Ledger(
        score: path.score, reference: path.reference, map: map,
        remainder: promise == .sumsToScore ? .quadrature : .unexplained),
      target: path.target, method: self, layer: node)
    let checked = try SpotCheck(attribution, model, input)?.verified(
      self, target, isExact: false
    ) { LayerPathMethod($0.kind, layer: node, steps: 3, baseline: $0.baseline) }
    return checked ?? attribution
  }

  /// `y(t_{k+1}) − y(t_k)` for each piece.
  private func rises(_ path: IntegrationPath, sample: Int, at node: NodeID) throws -> [Tensor] {
    let cuts = (0...steps).map {
      IntegrationPath.Point(sample: sample, position: Double($0) / Double(steps))
    }
    var values: [Tensor] = []
    try path.values(cuts, of: node) { group, value in
      for row in 0..<group.count {
        values.append(try value.narrowed(axis: 0, to: row..<(row + 1)))
      }
    }
    return try zip(values.dropFirst(), values).map { try $0 - $1 }
  }

  private func chosenLayer(_ model: Model, _ input: Tensor) throws -> NodeID {
    guard layer.name.isEmpty else { return try model.graph[layer].id }
    let trace = try model.graph.trace(
      input.narrowed(axis: 0, to: 0..<1), readable: [], freeingFor: [:])
    return try trace.lastSpatialNode()
  }
}

extension LayerPathMethod: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        LayerPathMethod(.conductance), "What flows through each element of a hidden layer.",
        cites: ["dhamdhere2019important"]),
      MethodEntry(
        LayerPathMethod(.influence), "How strongly each element of a hidden layer influences.",
        cites: ["leino2018influence"]),
    ]
  }
}
