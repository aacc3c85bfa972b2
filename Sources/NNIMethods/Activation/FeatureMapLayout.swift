/// What the axes of a graph's values are, as far as its layers tell: batch, channels, places.
///
/// Convolutions, pools and similar layers have their channels in the first axis after the batch's. From there
/// layers that keep their axes pass the knowledge on, and transpositions permute it, so that feature maps of
/// networks with channels last are known, too, whatever the extents.
struct FeatureMapLayout {
  private let graph: Graph
  /// With the batch axis; `nil` where a value was not computed.
  private let shapes: [[Int]?]
  /// For each node the role of each axis: 0 is the batch, 1 the channels, 2 and on the places in the order of
  /// the input's; `nil` where it is not known.
  private let roles: [[Int]?]

  /// The layout of a graph whose values have these shapes, the batch axis included.
  init(_ graph: Graph, shape: (NodeID) -> [Int]?) {
    var roles: [[Int]?] = []
    let shapes = graph.nodes.map { shape($0.id) }
    for (index, node) in graph.nodes.enumerated() {
      guard let own = shapes[index] else {
        roles.append(nil)
        continue
      }
      let rank = own.count
      let inputs = node.inputIndices.map { roles[$0] }
      let found = index == 0 ? Self.natural(rank, least: 4) : Self.roles(node.layer, inputs, rank)
      roles.append(found?.count == rank ? found : nil)
    }
    self.graph = graph
    self.shapes = shapes
    self.roles = roles
  }

  /// The layout of a recorded pass.
  init(_ trace: Trace) {
    self.init(trace.graph) { try? trace.shape(of: $0) }
  }

  /// The axes of a node's value in the order batch, channels, places; the value's own order where it is not
  /// known.
  func order(of id: NodeID) -> [Int] {
    guard let index = try? graph.index(of: id), let shape = shapes[index] else { return [] }
    guard let roles = roles[index] else { return Array(shape.indices) }
    return shape.indices.map { role in roles.firstIndex(of: role) ?? role }
  }

  /// The last node that `target` depends on whose feature maps have more than one place.
  ///
  /// - Parameters:
  ///   - target: The node that is explained.
  ///   - isNatural: Whether the channels must be in the first axis after the batch's.
  /// - Returns: The node's name.
  /// - Throws: ``InterpretabilityError`` when there is none.
  func lastLayer(before target: NodeID, isNatural: Bool = false) throws -> NodeID {
    let end = try graph.index(of: target)
    let isUpstream = graph.isAncestor(of: end)
    let candidates = graph.nodes.indices.filter { index in
      index > 0 && index != end && isUpstream[index] && index != graph.outputIndex
    }
    let known = candidates.last { index in
      guard let shape = shapes[index], let roles = roles[index], shape.count > 2,
        !isNatural || roles == Array(roles.indices)
      else { return false }
      return zip(roles, shape).contains { $0 >= 2 && $1 > 1 }
    }
    // Where no layer tells what axes are, four of them are taken for [N, C, h, w].
    let guessed = candidates.last { index in
      guard let shape = shapes[index], shape.count == 4, roles[index] == nil else { return false }
      return shape[2] * shape[3] > 1
    }
    guard let found = known ?? guessed else {
      throw InterpretabilityError(
        .unsupported,
        "the network has no layer with feature maps [N, C, places…] of more than one place before "
          + "\(target), which this needs")
    }
    return graph.nodes[found].id
  }

  private static func natural(_ rank: Int, least: Int = 3) -> [Int]? {
    rank >= least && rank <= 5 ? Array(0..<rank) : nil
  }

  private static func roles(_ layer: any Layer, _ inputs: [[Int]?], _ rank: Int) -> [Int]? {
    switch layer {
    case let transposed as TransposeLayer:
      guard let own = inputs.first ?? nil, own.count == transposed.order.count else { return nil }
      return transposed.order.map { own.indices.contains($0) ? own[$0] : 0 }
    case is AveragePoolLayer, is GlobalAveragePoolLayer, is AdaptiveAveragePoolLayer,
      is MaxPoolLayer, is UpsampleLayer, is BatchNormLayer, is InstanceNormLayer, is GroupNormLayer,
      is LocalResponseNormLayer, is RectifiedConvolutionLayer:
      return natural(rank)
    case _ where layer.kind == .convolution: return natural(rank)
    case is DenseLayer:
      let own = inputs.first ?? nil
      if let own, own.last == 1 { return own }
      return own == nil && rank >= 4 ? [0] + Array(2..<rank) + [1] : nil
    case let reduction as ReductionLayer where !reduction.isKeepingAxes: return nil
    case let maximum as MaximumLayer where !maximum.isKeepingAxes: return nil
    case is FlattenLayer, is ReshapeLayer, is UnitAxesLayer: return nil
    default:
      // What is left keeps its axes, or changes their number.
      return inputs.compactMap { $0 }.first { $0.count == rank }
    }
  }
}

extension Trace {
  /// The last node before the output, or before `target`, whose feature maps have more than one place.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none.
  func lastSpatialNode(before target: NodeID? = nil, isNatural: Bool = false) throws -> NodeID {
    try FeatureMapLayout(self).lastLayer(before: target ?? graph.output, isNatural: isNatural)
  }
}
