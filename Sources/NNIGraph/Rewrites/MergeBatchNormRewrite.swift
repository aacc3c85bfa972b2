/// Folds batch norm into the weighted layer before or after it, as far as that is exact.
///
/// With factor `s` and summand `t` for each channel:
///
/// - before: `s (w a + b) + t = (s w) a + (s b + t)`, through identity, dropout and average pooling;
/// - after: `w (s a + t) + b = (w s) a + (w t + b)`, through identity, dropout, flatten and average
///   pooling, where no padding puts zeros between the two.
///
/// A batch norm that neither takes (in DenseNet, one between a concatenation and a ReLU) becomes a
/// ``ChannelAffineLayer``. Every node keeps its name; a folded one becomes an identity, and the value
/// of the layer that took it up is the normalised one.
public struct MergeBatchNormRewrite: GraphRewrite {
  /// What stays at a node whose batch norm was folded into the layer before.
  public enum Remnant: String, Sendable, CaseIterable {
    /// Nothing: the rewritten graph computes what the graph did.
    case exact
    /// The factor `1 / √(1 + ε)` that zennit leaves there, because it resets mean and variance but not
    /// ε. Values then differ from the network's by 5e-6 for each batch norm on the path.
    case zennit
  }

  /// What stays at a node whose batch norm was folded into the layer before.
  public var remnant: Remnant

  /// Nodes whose values must stay as they are.
  private let kept: Set<NodeID>

  /// Creates the rewrite; batch norms are left alone where folding would change the value of a node in
  /// `kept`.
  public init(remnant: Remnant = .exact, keeping kept: Set<NodeID> = []) {
    self.remnant = remnant
    self.kept = kept
  }

  public func apply(to graph: Graph) throws -> Graph { try merged(graph).graph }

  /// The rewritten graph, and for each folded batch norm the layer that took it up.
  package func merged(_ graph: Graph) throws -> (graph: Graph, hosts: [NodeID: NodeID]) {
    var graph = graph
    var hosts: [NodeID: NodeID] = [:]
    for index in graph.nodes.indices {
      guard let norm = graph.nodes[index].layer as? BatchNormLayer else { continue }
      let id = graph.nodes[index].id
      let factors = try norm.factors
      let left: any Layer
      if let host = try foldBackward(factors, at: index, in: &graph) {
        left = remains(of: norm)
        hosts[id] = host
      } else if let host = try foldForward(factors, at: index, in: &graph) {
        left = IdentityLayer()
        hosts[id] = host
      } else {
        left = ChannelAffineLayer(weight: factors.factor, bias: factors.summand)
      }
      try graph.setLayer(left, at: id)
    }
    return (graph, hosts)
  }

  private typealias Factors = (factor: Tensor, summand: Tensor)

  private func remains(of norm: BatchNormLayer) -> any Layer {
    remnant == .exact ? IdentityLayer() : RemnantLayer(factor: 1 / (1 + norm.epsilon).squareRoot())
  }

  /// Folds into the layer before, if it has no other use; that layer's node.
  private func foldBackward(
    _ factors: Factors, at index: Int, in graph: inout Graph
  ) throws -> NodeID? {
    let uses = graph.useCounts
    var source = graph.nodes[index].inputIndices[0]
    while Self.commutes(graph.nodes[source].layer), uses[source] == 1, source > 0 {
      guard !kept.contains(graph.nodes[source].id) else { return nil }
      source = graph.nodes[source].inputIndices[0]
    }
    let node = graph.nodes[source]
    guard uses[source] == 1, !kept.contains(node.id), var layer = node.layer as? any LinearLayer,
      let axis = Self.outputAxis(layer)
    else { return nil }
    let aligned = try factors.factor.aligned(toAxis: axis, rank: layer.weight.rank)
    layer.weight = try layer.weight * aligned
    layer.bias = try layer.bias.map { try $0 * factors.factor + factors.summand } ?? factors.summand
    try graph.setLayer(layer, at: node.id)
    return node.id
  }

  /// Folds into the layer after, if nothing else uses the value; that layer's node.
  private func foldForward(
    _ factors: Factors, at index: Int, in graph: inout Graph
  ) throws -> NodeID? {
    var current = index
    while true {
      guard !kept.contains(graph.nodes[current].id),
        let next = Self.onlyUser(of: current, in: graph)
      else { return nil }
      let node = graph.nodes[next]
      if Self.commutes(node.layer) || node.layer is FlattenLayer {
        current = next
        continue
      }
      guard let layer = try Self.absorbing(factors, into: node.layer) else { return nil }
      try graph.setLayer(layer, at: node.id)
      return node.id
    }
  }

  private static func onlyUser(of index: Int, in graph: Graph) -> Int? {
    guard index != graph.outputIndex else { return nil }
    let users = graph.nodes.indices.filter { graph.nodes[$0].inputIndices.contains(index) }
    return users.count == 1 && graph.nodes[users[0]].inputIndices.count == 1 ? users[0] : nil
  }

  /// The axis of the weight that counts output channels, where a factor may be multiplied in.
  private static func outputAxis(_ layer: any LinearLayer) -> Int? {
    switch layer {
    case is ConvolutionLayer, is DenseLayer: 0
    case let transposed as TransposedConvolutionLayer: transposed.groups == 1 ? 1 : nil
    default: nil
    }
  }

  /// The layer that computes `w (s a + t) + b`, if it can be written so.
  private static func absorbing(
    _ factors: Factors, into layer: any Layer
  ) throws -> (any LinearLayer)? {
    let (factor, summand) = factors
    switch layer {
    case var convolution as ConvolutionLayer:
      let window = convolution.window
      guard convolution.groups == 1,
        (window.paddingBefore + window.paddingAfter).allSatisfy({ $0 == 0 })
      else { return nil }
      let rank = convolution.weight.rank
      let shifts = try convolution.weight * summand.aligned(toAxis: 1, rank: rank)
      let added = try shifts.sum(over: Array(1..<rank))
      convolution.bias = try convolution.bias.map { try $0 + added } ?? added
      convolution.weight = try convolution.weight * factor.aligned(toAxis: 1, rank: rank)
      return convolution
    case var dense as DenseLayer:
      // After a flatten each channel has several features.
      let (features, channels) = (dense.weight.shape[1], factor.count)
      guard features % channels == 0 else { return nil }
      let factors = try factor.repeatedInterleaving(features / channels)
      let summands = try summand.repeatedInterleaving(features / channels)
      let added = try (dense.weight * summands).sum(over: [1])
      dense.bias = try dense.bias.map { try $0 + added } ?? added
      dense.weight = try dense.weight * factors
      return dense
    default: return nil
    }
  }

  /// Whether a factor and a summand for each channel may be applied before the layer or after it.
  private static func commutes(_ layer: any Layer) -> Bool {
    switch layer {
    case is IdentityLayer, is DropoutLayer, is GlobalAveragePoolLayer, is AdaptiveAveragePoolLayer:
      true
    // Dropout that draws is between the two for good, unless it drops nothing.
    case let dropout as SampledDropoutLayer: dropout.rate == 0
    case let pool as AveragePoolLayer:
      !pool.countsPadding
        || (pool.window.paddingBefore + pool.window.paddingAfter).allSatisfy { $0 == 0 }
    default: false
    }
  }
}

/// A factor close to one, through which relevance passes unchanged as at an activation.
private struct RemnantLayer: Layer {
  let factor: Double

  package var kind: LayerKind { .activation }

  package func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0] * factor }
}
