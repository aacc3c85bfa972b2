/// A class activation map: one value for each position of a layer's feature maps.
public protocol LayerMapMethod: ConfigurableMethod, RecordedMethod {
  /// The feature maps; empty takes the last node with spatial extent.
  var layer: NodeID { get set }
  /// Whether negative values are cut.
  var relu: Bool { get set }
}

extension LayerMapMethod {
  public var nodesRead: Set<NodeID>? { layer.name.isEmpty ? [] : [layer] }

  public var options: [MethodOption<Self>] { Self.layerOptions }

  private static var layerOptions: [MethodOption<Self>] {
    [
      .layer("layer", \.layer, "the feature maps; empty: the last ones with spatial extent"),
      .flag("relu", \.relu, "whether negative values are cut"),
    ]
  }
}

extension LayerMapMethod where Self: DifferentiatingMethod {
  public func scope(
    in graph: Graph, of model: Model, input: Tensor, target: Target
  ) throws -> RecordingScope? {
    let layers = layer.name.isEmpty ? try graph.likelyLastLayers(before: target) : [layer]
    return RecordingScope(
      rules: try propagation.rules(for: graph), values: layers, sources: Array(layers))
  }

  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    let preparation = preparation(alone: target)
    func recording(for method: Self) throws -> Recording {
      try Recording(model, input: input, preparation: preparation, for: method, of: target)
    }
    var own = try recording(for: self)
    if layer.name.isEmpty {
      // Which feature maps are the last ones the pass itself tells; now and then none that was expected.
      let chosen = try ActivationRecord.layer(layer, own, BackwardPass(own, target: target))
      if try !own.graph.likelyLastLayers(before: target).contains(chosen) {
        var exact = self
        exact.layer = chosen
        own = try recording(for: exact)
      }
    }
    return try attribute(own, target: target)
  }

  public var options: [MethodOption<Self>] { Self.layerOptions + [.propagation] }
}

extension Graph {
  /// Nodes among which the last feature maps before a target are in most networks: what follows the last attention but
  /// one, or, without attention, the last convolution and what follows it.
  fileprivate func likelyLastLayers(before target: Target) throws -> Set<NodeID> {
    let isUpstream = try isUpstream(of: target)
    let blocks = try attentionBlocks.filter { isUpstream[try index(of: $0.output)] }
    var first = 0
    if blocks.count > 1 {
      first = try index(of: blocks[blocks.count - 2].output)
    } else if blocks.isEmpty {
      first =
        nodes.indices.last {
          isUpstream[$0]
            && (nodes[$0].layer.kind == .convolution
              || nodes[$0].layer is RectifiedConvolutionLayer)
        } ?? 0
    }
    return Set(nodes.indices.dropFirst(first).filter { isUpstream[$0] }.map { nodes[$0].id })
  }
}
