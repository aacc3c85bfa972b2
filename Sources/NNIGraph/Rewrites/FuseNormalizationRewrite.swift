/// Puts `x / max(‖x‖₂, floor)` together again, which exporters spell out for
/// `torch.nn.functional.normalize`.
///
/// The fused node takes the name of the division; the others vanish unless something else reads them.
public struct FuseNormalizationRewrite: GraphRewrite {
  /// Creates the rewrite.
  public init() {}

  public func apply(to graph: Graph) throws -> Graph {
    var replacements: [NodeID: Graph.Replacement] = [:]
    for node in graph.nodes where node.layer is ProductLayer {
      let operands = node.inputIndices
      for (value, factor) in [(operands[0], operands[1]), (operands[1], operands[0])] {
        guard let layer = normalization(graph, of: value, by: factor) else { continue }
        replacements[node.id] = .init(layer: layer, inputs: [graph.nodes[value].id])
      }
    }
    return replacements.isEmpty ? graph : try graph.replacing(replacements)
  }

  /// The layer that a product with the reciprocal of a norm is.
  private func normalization(_ graph: Graph, of value: Int, by factor: Int) -> NormalizeLayer? {
    var index = factor
    var floor = 0.0
    func source() -> Int? { graph.nodes[index].inputIndices.first }
    guard (graph.nodes[index].layer as? ActivationLayer)?.function == .reciprocal,
      let norm = source()
    else { return nil }
    index = norm
    while true {
      switch graph.nodes[index].layer {
      case is ExpandLayer: break
      case let activation as ActivationLayer:
        guard case .clip(let low, .infinity) = activation.function, low >= 0 else { return nil }
        floor = max(floor, low)
      case let norm as CurvedReductionLayer:
        guard norm.function == .norm, norm.isKeepingAxes, source() == value else { return nil }
        return NormalizeLayer(over: norm.axes, floor: floor)
      default: return nil
      }
      guard let next = source() else { return nil }
      index = next
    }
  }
}
