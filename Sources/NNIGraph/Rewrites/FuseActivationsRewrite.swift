/// Puts activations together again that exporters spell out in smaller operators.
///
/// - `x · σ(x)` becomes SiLU, `x · hardsigmoid(x)` hard swish, `x · tanh(softplus(x))` Mish.
/// - `x · ½ · (1 + erf(x / √2))` becomes GELU, whatever the order of the factors, and so does its
///   approximation with `tanh(√(2/π) · (x + 0.044715 · x³))`.
/// - `x · clip(x + 3, 0, 6) / 6` becomes hard swish.
///
/// The fused node takes the name of the pattern's last one; the others vanish unless something else
/// reads them.
public struct FuseActivationsRewrite: GraphRewrite {
  /// Creates the rewrite.
  public init() {}

  public func apply(to graph: Graph) throws -> Graph {
    var replacements: [NodeID: Graph.Replacement] = [:]
    for index in graph.nodes.indices {
      guard let (function, source) = try fused(graph, index) else { continue }
      replacements[graph.nodes[index].id] = .init(
        layer: ActivationLayer(function), inputs: [graph.nodes[source].id])
    }
    return try graph.replacing(replacements)
  }

  /// The activation that a pattern ending at a node computes, and the position of its input.
  private func fused(
    _ graph: Graph, _ index: Int
  ) throws -> (ActivationLayer.Function, Int)? {
    // A constant factor last, as in ½ · (x · (1 + erf …)) or (x · clip …) / 6, or none.
    let (end, last) = try graph.unscaled(index)
    guard graph.nodes[end].layer is ProductLayer else { return nil }
    let operands = graph.nodes[end].inputIndices
    for (gate, other) in [(operands[1], operands[0]), (operands[0], operands[1])] {
      let (plainGate, gateFactor) = try graph.unscaled(gate)
      let (x, factor) = try graph.unscaled(other)
      // With no factor, `other` itself is the input: x may be an affine layer's value.
      if last == 1, let simple = graph.gate(gate), simple.source == other {
        return (simple.function, other)
      }
      let total = last * gateFactor
      for (source, scale) in [(other, 1), (x, factor)] {
        if try graph.isShiftedError(plainGate, of: source), isClose(total * scale, 0.5) {
          return (.gelu(isApproximate: false), source)
        }
        if try graph.isShiftedTangent(plainGate, of: source), isClose(total * scale, 0.5) {
          return (.gelu(isApproximate: true), source)
        }
        if try graph.isShiftedClip(plainGate, of: source), isClose(total * scale, 1.0 / 6) {
          return (.hardSwish, source)
        }
      }
    }
    return nil
  }
}

/// Whether two settings are meant to be the same; files store them as float32.
private func isClose(_ left: Double, _ right: Double) -> Bool {
  abs(left - right) <= 1e-6 * abs(right)
}

extension Graph {
  /// The node under a scaling by one number, and that number; the node itself and 1 if it is none.
  fileprivate func unscaled(_ index: Int) throws -> (index: Int, factor: Double) {
    guard let layer = nodes[index].layer as? AffineLayer, let factor = try layer.factor,
      let source = nodes[index].inputIndices.first
    else { return (index, 1) }
    return (source, factor)
  }

  private func activation(_ index: Int) -> (function: ActivationLayer.Function, source: Int)? {
    guard let layer = nodes[index].layer as? ActivationLayer,
      let source = nodes[index].inputIndices.first
    else { return nil }
    return (layer.function, source)
  }

  /// The activation `x · g(x)` for a node that computes `g(x)`.
  fileprivate func gate(_ index: Int) -> (function: ActivationLayer.Function, source: Int)? {
    guard let (function, source) = activation(index) else { return nil }
    switch function {
    case .sigmoid: return (.silu, source)
    case .hardSigmoid(let slope, let offset) where isClose(slope, 1.0 / 6) && offset == 0.5:
      return (.hardSwish, source)
    case .tanh:
      guard let (inner, x) = activation(source), inner == .softplus else { return nil }
      return (.mish, x)
    default: return nil
    }
  }

  /// Whether a node computes `1 + erf(x / √2)`.
  fileprivate func isShiftedError(_ index: Int, of x: Int) throws -> Bool {
    guard let layer = nodes[index].layer as? AffineLayer, try layer.summand == 1,
      let (function, argument) = nodes[index].inputIndices.first.flatMap(activation),
      function == .errorFunction
    else { return false }
    let (source, factor) = try unscaled(argument)
    return source == x && isClose(factor, 0.5.squareRoot())
  }

  /// Whether a node computes `1 + tanh(√(2/π) · (x + 0.044715 · x³))`.
  fileprivate func isShiftedTangent(_ index: Int, of x: Int) throws -> Bool {
    guard let layer = nodes[index].layer as? AffineLayer, try layer.summand == 1,
      let (function, argument) = nodes[index].inputIndices.first.flatMap(activation),
      function == .tanh
    else { return false }
    let (sum, factor) = try unscaled(argument)
    let parts = nodes[sum].inputIndices
    guard isClose(factor, (2 / Double.pi).squareRoot()), parts.count == 2,
      let layer = nodes[sum].layer as? SumLayer, !layer.isDifference,
      let cubic = parts.first(where: { $0 != x }), parts.contains(x)
    else { return false }
    let (cube, coefficient) = try unscaled(cubic)
    return isCube(cube, of: x) && isClose(coefficient, 0.044715)
  }

  /// Whether a node computes `x³`, as a power or as `x · (x · x)`.
  private func isCube(_ index: Int, of x: Int) -> Bool {
    if let (power, source) = activation(index) { return source == x && power == .power(3) }
    let operands = nodes[index].inputIndices
    guard nodes[index].layer is ProductLayer, operands.contains(x),
      let square = operands.first(where: { $0 != x })
    else { return false }
    return nodes[square].layer is ProductLayer && nodes[square].inputIndices == [x, x]
  }

  /// Whether a node computes `clip(x + 3, 0, 6)`.
  fileprivate func isShiftedClip(_ index: Int, of x: Int) throws -> Bool {
    guard let (function, argument) = activation(index), function == .clip(0, 6),
      let layer = nodes[argument].layer as? AffineLayer
    else { return false }
    return try layer.summand == 3 && nodes[argument].inputIndices.first == x
  }
}
