/// Class activation map: `Σ_k w_ck A_k`, for networks that end in global average pooling and one dense
/// layer.
///
/// The map is `[N, 1, h, w]`, at the resolution of the last feature maps `A`. With `h·w` positions,
/// `Σ map / (h·w) + bias = logit`.
///
/// - Reference: Zhou et al. 2016, *Learning Deep Features for Discriminative Localization*, equation 2
///   (`zhou2016learning`).
public struct CAM: ConfigurableMethod, RecordedMethod {
  /// The feature maps; empty finds the input of the global average pool.
  public var layer: NodeID

  /// Creates the method.
  public init(layer: NodeID = "") { self.layer = layer }

  public var name: String { "cam" }

  public var options: [MethodOption<Self>] {
    [.layer("layer", \.layer, "the feature maps; empty: the input of the global average pool")]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    MethodCost(forward: 1, backward: 0, inputsAtOnce: context.samples)
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    let layout = FeatureMapLayout(recording.trace)
    let head = try Head(recording.graph, layout)
    guard layer.name.isEmpty || layer == head.features else {
      throw InterpretabilityError(
        .invalidOption,
        "cam reads the input of the global average pool, which is \(head.features), not \(layer)")
    }
    guard target.isOfOutput else {
      throw InterpretabilityError(.invalidTarget, "cam explains classes, not a hidden neuron")
    }
    let trace = recording.trace
    let fixed = try target.resolved(trace, recording.model.outputMeaning)
    let features = try trace[head.features].permuted(layout.order(of: head.features))
    // [N, K] class weights times the dense layer's [K, C] give one factor for each feature map. What lies
    // between is linear, so that its derivative is all there is to it.
    let weights = try trace.pullback(fixed.weights, through: head.afterDense)
    let dense = try Tensor.call("aten::matmul", .tensor(weights), .tensor(head.dense.weight))
    let channels = features.shape[1]
    guard dense.shape[1] == channels else {
      throw InterpretabilityError(
        .unsupported,
        "cam: the dense layer takes \(dense.shape[1]) features, the pool gives "
          + "\(channels)", node: head.features)
    }
    let factors = try trace.pullback(dense, through: head.beforeDense)
    let map = try
      (features * factors.reshaped([features.shape[0], channels]).aligned(over: features))
      .sum(over: [1], keepingAxes: true)
    let score = try fixed.score(trace[fixed.node])
    return try Attribution(
      map: map, ledger: Ledger(score: score, map: map), target: fixed, method: self,
      layer: head.features)
  }

  /// What a network must end in: feature maps → global average pool → (flatten) → dense → logits.
  private struct Head {
    let features: NodeID
    let dense: DenseLayer
    /// What scales the logits, the last one first.
    private(set) var afterDense: [Graph.Node] = []
    /// What rearranges or thins the pooled features, the last one first.
    private(set) var beforeDense: [Graph.Node] = []

    init(_ graph: Graph, _ layout: FeatureMapLayout) throws {
      func refusal(_ found: Graph.Node) -> InterpretabilityError {
        InterpretabilityError(
          .unsupported,
          "cam needs a network that ends in a global average pool and one dense layer; going back "
            + "from the logits there is a \(found.layer.name) layer; use grad-cam instead",
          node: found.id)
      }
      var node = try graph[graph.output]
      while node.layer is IdentityLayer || node.layer is DropoutLayer || node.layer is AffineLayer
        || node.layer is ColumnLayer || node.layer.kind == .noise
      {
        afterDense.append(node)
        node = try graph[node.inputs[0]]
      }
      guard let dense = node.layer as? DenseLayer else { throw refusal(node) }
      self.dense = dense
      node = try graph[node.inputs[0]]
      while [.structural, .noise].contains(node.layer.kind), node.inputs.count == 1 {
        beforeDense.append(node)
        node = try graph[node.inputs[0]]
      }
      guard let source = node.inputs.first,
        Self.isGlobalAverage(node.layer, over: layout.order(of: source))
      else { throw refusal(node) }
      features = source
    }

    private static func isGlobalAverage(_ layer: any Layer, over order: [Int]) -> Bool {
      switch layer {
      case is GlobalAveragePoolLayer: true
      case let pool as AdaptiveAveragePoolLayer: pool.size.allSatisfy { $0 == 1 }
      case let mean as ReductionLayer:
        mean.isMean && order.count > 2
          && Set(mean.axes.map { $0 < 0 ? $0 + order.count : $0 }) == Set(order.dropFirst(2))
      default: false
      }
    }
  }
}

extension Trace {
  /// A cotangent carried back through nodes of one input, the last one first.
  fileprivate func pullback(_ cotangent: Tensor, through nodes: [Graph.Node]) throws -> Tensor {
    try nodes.reduce(cotangent) { signal, node in
      try Tape([self[node.inputs[0]]], node.layer.forward).pullback(signal)[0]
    }
  }
}

extension CAM: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        CAM(), "Where the feature maps that vote for the class are active.",
        cites: ["zhou2016learning"])
    ]
  }
}

extension Target {
  /// Whether the target lies in the network's output.
  var isOfOutput: Bool {
    if case .neuron = self { false } else { true }
  }
}
