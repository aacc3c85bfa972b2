import Foundation

/// What the last layers of a network tell about its output's values, by interval arithmetic.
///
/// A mean of softmaxes, `[1 − p, p]`, or `1 / (1 + exp(−z))` written out end in values between 0 and 1.
/// They are no logits, so that a softmax or sigmoid on top of them would be wrong.
struct ValueBounds {
  private let graph: Graph
  private var known: [NodeID: Interval] = [:]

  init(_ graph: Graph) { self.graph = graph }

  /// Whether all values of a graph's output lie between 0 and 1 by the layers that make them.
  static func areShares(_ graph: Graph) -> Bool {
    var bounds = ValueBounds(graph)
    // Weighted sums have no bounds, whatever comes before them. A network may be as deep as it likes: no
    // recursion.
    var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
    isNeeded[graph.outputIndex] = true
    for (index, node) in graph.nodes.enumerated().reversed()
    where isNeeded[index] && !node.layer.kind.isWeighted {
      for source in node.inputIndices { isNeeded[source] = true }
    }
    isNeeded[0] = false
    for (index, node) in graph.nodes.enumerated() where isNeeded[index] {
      bounds.known[node.id] = bounds.interval(of: node)
    }
    let found = bounds.interval(of: graph.output)
    return found.low >= 0 && found.high <= 1
  }

  /// Bounds that hold for any input; infinite where the layers do not tell.
  private func interval(of id: NodeID) -> Interval { known[id] ?? .all }

  private func interval(of node: Graph.Node) -> Interval {
    switch node.layer {
    case let softmax as SoftmaxLayer:
      return softmax.isLogarithmic ? Interval(-.infinity, 0) : Interval(0, 1)
    case let activation as ActivationLayer: return interval(of: activation.function, node)
    case is IdentityLayer, is DropoutLayer, is FlattenLayer, is ReshapeLayer, is UnitAxesLayer,
      is TransposeLayer, is ColumnLayer, is SliceLayer, is GatherLayer, is ExpandLayer,
      is MaximumLayer, is GlobalAveragePoolLayer, is GlobalMaxPoolLayer:
      return interval(of: node.inputs[0])
    case let reduction as ReductionLayer:
      let values = interval(of: node.inputs[0])
      return reduction.isMean ? values : values.low >= 0 ? Interval(0, .infinity) : .all
    case is ConcatenationLayer:
      return node.inputs.map { interval(of: $0) }.reduce(.none) { $0.union($1) }
    case let sum as SumLayer:
      let terms = node.inputs.map { interval(of: $0) }
      return terms.dropFirst().reduce(terms[0]) { $0 + (sum.isDifference ? $1.negated : $1) }
    case let affine as AffineLayer:
      return affine.weight.interval * interval(of: node.inputs[0])
        + (affine.bias?.interval ?? Interval(0, 0))
    case is ProductLayer where node.inputs.count == 2:
      let (left, right) = (node.inputs[0], node.inputs[1])
      if isShareOfSum(left, right) || isShareOfSum(right, left) { return Interval(0, 1) }
      return interval(of: left) * interval(of: right)
    default: return .all
    }
  }

  private func interval(
    of function: ActivationLayer.Function, _ node: Graph.Node
  ) -> Interval {
    switch function {
    case .sigmoid, .hardSigmoid: return Interval(0, 1)
    case .tanh, .errorFunction, .softsign: return Interval(-1, 1)
    default: break
    }
    let values = interval(of: node.inputs[0])
    switch function {
    case .relu: return Interval(max(values.low, 0), max(values.high, 0))
    case .clip(let low, let high):
      return Interval(min(max(values.low, low), high), min(max(values.high, low), high))
    case .exponential: return Interval(exp(values.low), exp(values.high))
    case .magnitude:
      return Interval(
        max(0, values.low, -values.high), max(abs(values.low), abs(values.high)))
    case .reciprocal where values.low > 0: return Interval(1 / values.high, 1 / values.low)
    default: return .all
    }
  }

  /// Whether the second value is `1 / Σ` of the first, which is nowhere negative: `exp z / Σ exp z`.
  private func isShareOfSum(_ part: NodeID, _ factor: NodeID) -> Bool {
    guard interval(of: part).low >= 0, let inverse = try? graph[factor],
      (inverse.layer as? ActivationLayer)?.function == .reciprocal,
      var total = try? graph[inverse.inputs[0]]
    else { return false }
    while total.layer is ExpandLayer, let source = try? graph[total.inputs[0]] { total = source }
    guard let reduction = total.layer as? ReductionLayer else { return false }
    return !reduction.isMean && total.inputs == [part]
  }
}

/// Numbers from `low` to `high`, the ends included.
private struct Interval {
  var low: Double
  var high: Double

  init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  static let all = Interval(-.infinity, .infinity)
  static let none = Interval(.infinity, -.infinity)

  var negated: Interval { Interval(-high, -low) }

  func union(_ other: Interval) -> Interval {
    Interval(min(low, other.low), max(high, other.high))
  }

  static func + (left: Interval, right: Interval) -> Interval {
    Interval(left.low + right.low, left.high + right.high).orAll
  }

  static func * (left: Interval, right: Interval) -> Interval {
    let products = [
      left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high,
    ]
    // 0 · ∞ is not known.
    guard !products.contains(where: \.isNaN) else { return .all }
    return Interval(products.min() ?? -.infinity, products.max() ?? .infinity)
  }

  /// ∞ − ∞ is not known.
  private var orAll: Interval { low.isNaN || high.isNaN ? .all : self }
}

extension Tensor {
  /// The smallest and the largest element of a constant; unknown for large ones, which no such end has.
  fileprivate var interval: Interval {
    guard count > 0, count <= 1 << 16, let values = try? doubles(),
      let low = values.min(), let high = values.max()
    else { return .all }
    return Interval(low, high)
  }
}
