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
    // Which feature maps are the last ones the pass itself tells.
    guard !layer.name.isEmpty else { return nil }
    return RecordingScope(
      rules: try propagation.rules(for: graph), values: [layer], sources: [layer])
  }

  public var options: [MethodOption<Self>] { Self.layerOptions + [.propagation] }
}
