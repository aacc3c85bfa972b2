/// Puts layer and RMS normalisation together again that exporters spell out in smaller operators.
///
/// - `(x − mean x) / √(mean (x − mean x)² + ε)`, the differences computed once or twice, and
///   `x / √(mean x² + ε)`, by a division, by the reciprocal root or by a power.
/// - Keras's form `x k + (β − mean k)` with `k = γ / √(variance + ε)`.
///
/// They become an ``UnscaledNormLayer`` with the name of the last product; scale and shift stay layers of their
/// own. The other nodes vanish unless something else reads them.
public struct FuseStatisticsRewrite: GraphRewrite {
  /// Creates the rewrite.
  public init() {}

  public func apply(to graph: Graph) throws -> Graph {
    var replacements: [NodeID: Graph.Replacement] = [:]
    let uses = graph.useCounts
    for (index, node) in graph.nodes.enumerated() {
      if node.layer is ProductLayer, let norm = try norm(graph, endingAt: index) {
        replacements[node.id] = .init(layer: norm.layer, inputs: [graph.nodes[norm.source].id])
      } else if node.layer is SumLayer, let form = try shiftedForm(graph, endingAt: index),
        uses[form.product] == 1
      {
        let product = graph.nodes[form.product].id
        replacements[product] = .init(
          layer: form.norm.layer, inputs: [graph.nodes[form.norm.source].id])
        replacements[node.id] = .init(
          layer: AffineLayer(weight: form.scale, bias: form.shift), inputs: [product])
      }
    }
    return replacements.isEmpty ? graph : try graph.replacing(replacements)
  }

  private typealias Norm = (layer: UnscaledNormLayer, source: Int)

  /// The normalisation whose last node is a product.
  private func norm(_ graph: Graph, endingAt index: Int) throws -> Norm? {
    let operands = graph.nodes[index].inputIndices
    for (value, factor) in [(operands[0], operands[1]), (operands[1], operands[0])] {
      guard let deviation = try graph.deviation(factor) else { continue }
      let value = graph.withoutCopies(value)
      if let centre = graph.centre(value), centre.axes == deviation.axes,
        let squared = graph.centre(deviation.source), squared == centre
      {
        return (UnscaledNormLayer(over: centre.axes, epsilon: deviation.epsilon), centre.source)
      }
      if value == deviation.source {
        return (
          UnscaledNormLayer(over: deviation.axes, isCentred: false, epsilon: deviation.epsilon),
          value
        )
      }
    }
    return nil
  }

  /// `x k + (β − mean k)` with `k = γ / √(variance + ε)`: its normalisation, its first product, γ and β.
  private func shiftedForm(
    _ graph: Graph, endingAt index: Int
  ) throws -> (norm: Norm, product: Int, scale: Tensor, shift: Tensor)? {
    let operands = graph.nodes[index].inputIndices
    guard operands.count == 2, (graph.nodes[index].layer as? SumLayer)?.isDifference == false
    else { return nil }
    for (product, rest) in [(operands[0], operands[1]), (operands[1], operands[0])] {
      guard graph.nodes[product].layer is ProductLayer,
        let affine = graph.nodes[rest].layer as? AffineLayer, let shift = affine.bias,
        try Tensor.call("aten::all", .tensor(affine.weight.isEqual(to: -1))).item() != 0,
        let second = graph.nodes[rest].inputIndices.first,
        graph.nodes[second].layer is ProductLayer
      else { continue }
      let factors = graph.nodes[product].inputIndices
      let others = graph.nodes[second].inputIndices
      for (x, k) in [(factors[0], factors[1]), (factors[1], factors[0])] where others.contains(k) {
        guard let mean = others.first(where: { $0 != k }), let scaled = try graph.scaled(k),
          let deviation = try graph.deviation(scaled.source),
          let centre = graph.centre(deviation.source), centre.source == graph.withoutCopies(x),
          centre.axes == deviation.axes,
          let taken = graph.mean(mean), taken == centre
        else { continue }
        let layer = UnscaledNormLayer(over: centre.axes, epsilon: deviation.epsilon)
        return ((layer, centre.source), product, scaled.scale, shift)
      }
    }
    return nil
  }
}

/// Some axes of a node's value.
private struct Averaged: Equatable {
  let source: Int
  let axes: [Int]
}

extension Graph {
  /// The node under those that only repeat or pass its value on.
  fileprivate func withoutCopies(_ index: Int) -> Int {
    var index = index
    while nodes[index].layer is ExpandLayer || nodes[index].layer is IdentityLayer,
      let source = nodes[index].inputIndices.first
    {
      index = source
    }
    return index
  }

  private func activation(_ index: Int) -> (function: ActivationLayer.Function, source: Int)? {
    guard let layer = nodes[index].layer as? ActivationLayer,
      let source = nodes[index].inputIndices.first
    else { return nil }
    return (layer.function, source)
  }

  /// What a node is the mean of, if the axes stay.
  fileprivate func mean(_ index: Int) -> Averaged? {
    let index = withoutCopies(index)
    guard let layer = nodes[index].layer as? ReductionLayer, layer.isMean, layer.isKeepingAxes,
      let source = nodes[index].inputIndices.first
    else { return nil }
    return Averaged(source: withoutCopies(source), axes: layer.axes.sorted())
  }

  /// `x` and the axes for a node that computes `x − mean x`.
  fileprivate func centre(_ index: Int) -> Averaged? {
    let operands = nodes[index].inputIndices
    guard (nodes[index].layer as? SumLayer)?.isDifference == true, operands.count == 2,
      let mean = mean(operands[1]), mean.source == withoutCopies(operands[0])
    else { return nil }
    return mean
  }

  /// What a node is the square of.
  private func squareRoot(of index: Int) -> Int? {
    if let (function, source) = activation(index) {
      return function == .power(2) ? withoutCopies(source) : nil
    }
    let operands = nodes[index].inputIndices
    guard nodes[index].layer is ProductLayer, operands[0] == operands[1] else { return nil }
    return withoutCopies(operands[0])
  }

  /// For a node that computes `1 / √(mean a² + ε)`: `a`, the axes and ε.
  fileprivate func deviation(
    _ index: Int
  ) throws -> (source: Int, axes: [Int], epsilon: Double)? {
    guard let (outer, below) = activation(withoutCopies(index)) else { return nil }
    var radicand = withoutCopies(below)
    switch outer {
    case .power(-0.5): break
    case .reciprocal, .squareRoot:
      guard let (inner, source) = activation(radicand),
        inner == (outer == .reciprocal ? .squareRoot : .reciprocal)
          || (outer == .reciprocal && inner == .power(0.5))
      else { return nil }
      radicand = withoutCopies(source)
    default: return nil
    }
    guard let layer = nodes[radicand].layer as? AffineLayer, let epsilon = try layer.summand,
      epsilon >= 0, let shifted = nodes[radicand].inputIndices.first,
      let squares = mean(shifted), let source = squareRoot(of: squares.source)
    else { return nil }
    return (source, squares.axes, epsilon)
  }

  /// The node under a multiplication by a constant without a summand, and the constant; 1 if it is none.
  fileprivate func scaled(_ index: Int) throws -> (source: Int, scale: Tensor)? {
    let index = withoutCopies(index)
    guard let layer = nodes[index].layer as? AffineLayer else {
      return (index, try Tensor([1.0], shape: [1]))
    }
    guard layer.bias == nil, let source = nodes[index].inputIndices.first else { return nil }
    return (source, layer.weight)
  }
}
