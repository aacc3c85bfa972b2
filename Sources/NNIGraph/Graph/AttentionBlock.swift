/// Scaled dot-product attention, recognised in a graph: `softmax(Q Kᵀ + mask) V`, however a file writes it.
///
/// - Reference: Vaswani et al. 2017, *Attention Is All You Need*, equation 1 (`vaswani2017attention`).
public struct AttentionBlock: Sendable, Hashable {
  /// The products whose sum, scaled and masked, the softmax takes, in the graph's order.
  ///
  /// `Q Kᵀ`, and products with relative positions where a network has them.
  public let scores: [NodeID]
  /// The softmax, whose value is the attention weights.
  public let weights: NodeID
  /// The product of the weights and the values.
  public let output: NodeID
  /// What carries the queries and the keys: the two operands of the first product of scores, as the network
  /// has them.
  public let queriesAndKeys: [NodeID]
  /// What carries the values.
  public let values: NodeID
}

extension Graph {
  /// The attentions in the graph, in its order.
  ///
  /// A softmax is one's weights where its value, only moved, scaled or mixed among heads, is multiplied with
  /// another computed matrix, and what it takes comes, only moved, scaled, masked or mixed among heads, from a
  /// product of two computed matrices.
  public var attentionBlocks: [AttentionBlock] {
    let consumers = consumers
    return nodes.indices.compactMap { index in
      guard (nodes[index].layer as? SoftmaxLayer)?.isLogarithmic == false else { return nil }
      let scores = scores(of: index)
      guard let first = scores.first, let end = weighting(of: index, consumers) else { return nil }
      return AttentionBlock(
        scores: scores.map { nodes[$0].id }, weights: nodes[index].id,
        output: nodes[end.product].id, queriesAndKeys: nodes[first].inputs,
        values: nodes[end.values].id)
    }
  }

  /// The positions of the nodes that read each node's value.
  private var consumers: [[Int]] {
    var consumers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for source in Set(node.inputIndices) { consumers[source].append(index) }
    }
    return consumers
  }

  private func isMatrixProduct(_ index: Int) -> Bool {
    let layer = nodes[index].layer
    return nodes[index].inputIndices.count == 2
      && (layer is MatrixProductLayer || layer is EinsumLayer)
  }

  /// The products of two computed matrices that a softmax's input consists of, in the graph's order.
  private func scores(of softmax: Int) -> [Int] {
    var found: Set<Int> = []
    // Heads are mixed by a small dense layer; after a sum one would be another part of the network.
    var stack = nodes[softmax].inputIndices.map { (index: $0, isBelowSum: false, mixes: 0) }
    var seen: Set<Int> = []
    while let (index, isBelowSum, mixes) = stack.popLast() {
      guard seen.insert(index).inserted else { continue }
      if isMatrixProduct(index) {
        found.insert(index)
        continue
      }
      let node = nodes[index]
      switch node.layer.kind {
      case .structural, .affine:
        stack += node.inputIndices.map { ($0, isBelowSum, mixes) }
      case .sum where mixes == 0:
        stack += node.inputIndices.map { ($0, true, mixes) }
      case .dense, .convolution:
        guard !isBelowSum, mixes == 0, isSmallAndSquare(node.layer) else { continue }
        stack += node.inputIndices.map { ($0, isBelowSum, 1) }
      default: continue
      }
    }
    return found.sorted()
  }

  /// Where a softmax's value is multiplied with values, and what carries these.
  private func weighting(
    of softmax: Int, _ consumers: [[Int]]
  ) -> (product: Int, values: Int)? {
    var stack = [softmax]
    var seen: Set<Int> = []
    while let index = stack.popLast() {
      for next in consumers[index] where seen.insert(next).inserted {
        let node = nodes[next]
        if isMatrixProduct(next) {
          let others = node.inputIndices.filter { $0 != index }
          if let values = others.first { return (next, values) }
          continue
        }
        switch node.layer.kind {
        case .structural, .affine, .noise: stack.append(next)
        case .dense, .convolution: if isSmallAndSquare(node.layer) { stack.append(next) }
        default: continue
        }
      }
    }
    return nil
  }

  /// Whether a layer may mix heads: as many of them after it as before, and not many.
  private func isSmallAndSquare(_ layer: any Layer) -> Bool {
    guard let shape = (layer as? any LinearLayer)?.weight.shape, shape.count >= 2 else {
      return false
    }
    return shape[0] == shape[1] && shape[0] <= 64 && shape.dropFirst(2).allSatisfy { $0 == 1 }
  }
}
