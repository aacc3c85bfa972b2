/// Makes one layer of rounding to levels and of what turns these into values again.
///
/// `x → q → (q − zero) · scale` becomes a ``QuantizationLayer`` that gives values, also where elements are
/// moved or max-pooled between the two. So relevance passes a change of representation, which has no bias to
/// leave it in, and all nodes but the rounding itself hold values of the network's own units.
public struct JoinQuantizationRewrite: GraphRewrite {
  /// Creates the rewrite.
  public init() {}

  public func apply(to graph: Graph) throws -> Graph {
    guard graph.nodes.contains(where: { $0.layer is QuantizationLayer }) else { return graph }
    var users = [[Int]](repeating: [], count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      for source in node.inputIndices { users[source].append(index) }
    }
    var layers: [Int: any Layer] = [:]
    var sources: [NodeID: NodeID] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard var layer = node.layer as? QuantizationLayer, !layer.givesValues,
        let ends = try ends(of: index, layer, graph, users)
      else { continue }
      layer = QuantizationLayer(
        scale: layer.scale, zero: layer.zero, levels: layer.levels, givesValues: true)
      layers[index] = layer
      for end in ends {
        let target = graph.nodes[end]
        if end == graph.outputIndex {
          layers[end] = IdentityLayer()
        } else {
          sources[target.id] = target.inputs[0]
        }
      }
    }
    guard !layers.isEmpty else { return graph }
    var replacements: [NodeID: Graph.Replacement] = [:]
    for (index, node) in graph.nodes.enumerated().dropFirst() {
      let inputs = node.inputs.map { sources[$0] ?? $0 }
      guard layers[index] != nil || inputs != node.inputs else { continue }
      replacements[node.id] = .init(layer: layers[index] ?? node.layer, inputs: inputs)
    }
    return try graph.replacing(replacements)
  }

  /// The nodes that turn the levels of one into values, if that is all that becomes of them.
  private func ends(
    of start: Int, _ layer: QuantizationLayer, _ graph: Graph, _ users: [[Int]]
  ) throws -> [Int]? {
    var ends: [Int] = []
    var seen: Set<Int> = []
    var stack = [start]
    while let index = stack.popLast() {
      guard index != graph.outputIndex, !users[index].isEmpty else { return nil }
      for user in users[index] where seen.insert(user).inserted {
        let node = graph.nodes[user]
        guard node.inputs.count == 1 else { return nil }
        if let affine = node.layer as? AffineLayer {
          guard try isInverse(affine, of: layer), index == start || layer.scale.count == 1 else {
            return nil
          }
          ends.append(user)
        } else if layer.scale.count == 1, isMoving(node.layer) {
          stack.append(user)
        } else {
          return nil
        }
      }
    }
    return ends
  }

  /// Whether a layer gives elements of its input and nothing else.
  private func isMoving(_ layer: any Layer) -> Bool {
    if layer is PadLayer || layer is ScatterLayer || layer is SelectionLayer { return false }
    return layer.kind == .structural || layer.kind == .maxPooling
  }

  private func isInverse(_ layer: AffineLayer, of grid: QuantizationLayer) throws -> Bool {
    let shift = try (grid.zero * grid.scale).negated()
    guard layer.weight.shape == grid.scale.shape, layer.bias?.shape == shift.shape else {
      return false
    }
    return try layer.weight.doubles() == grid.scale.doubles()
      && layer.bias?.doubles() == shift.doubles()
  }
}
