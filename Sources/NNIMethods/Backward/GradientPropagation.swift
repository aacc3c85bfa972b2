/// How gradient methods differentiate: as the network is, or with what LibraGrad takes as constant.
///
/// `libra` prunes and scales the backward pass so that the gradient times the input, together with what biases take,
/// is the whole score, as it is of a network of ReLUs. A node with the incoming gradient `g` hands back
///
/// | node | in place of the derivative |
/// |---|---|
/// | attention `A V` | `A` is a constant: nothing to it, and so none to queries and keys; `Aᵀ g` to `V` |
/// | LayerNorm, GroupNorm, InstanceNorm, RMSNorm, L2 | the divisor is a constant: `(w g − mean(w g)) / c`, without a mean `w g / c` |
/// | activation with `f(0) = 0` | `g · f(x) / x`, its limit at 0 |
/// | product of `n` computed values, such as a gate | the derivative over `n` to each; a held factor, such as a mask, is a constant |
/// | all others | the derivative |
///
/// A network of convolutions, ReLUs, pools and sums has the same gradient either way. An activation that is not zero at
/// zero, such as a sigmoid, and a softmax outside attention keep their derivatives, and break the law. ``GradientTimesInput``
/// with `libra` is `cp-lrp` without γ (``TransformerLRP``).
///
/// - Reference: Mehri et al. 2025, *LibraGrad: Balancing Gradient Flow for Universally Better Vision Transformer
///   Attributions* (`mehri2025libragrad`). Their code can also start at the softmax of the logits; here the score
///   is the target's, as everywhere.
public enum GradientPropagation: String, Sendable, Codable, CaseIterable {
  /// The derivative.
  case gradient
  /// LibraGrad.
  case libra

  /// The rule of each node of a graph.
  func rules(for graph: Graph) throws -> RuleMap {
    guard self == .libra else { return [.any: .gradient] }
    var entries = try graph.heldFactors() + graph.valueShares(of: .any, portion: 1)
    for node in graph.nodes where node.layer.kind == .product {
      let count = node.inputs.count
      entries.append(
        (.node(node.id), ProductShareRule([Double](repeating: 1 / Double(count), count: count))))
    }
    entries += [
      (.kind(.normalization), ConstantScaleRule()),
      (.kind(.activation), IdentityActivationRule()),
      // The derivative, of which biases, class tokens and positions keep a part.
      (.kinds([.dense, .convolution, .affine, .structural]), LinearDerivativeRule()),
      (.any, .gradient),
    ]
    return RuleMap(entries)
  }
}

/// A method that differentiates, and so can do it by LibraGrad.
public protocol DifferentiatingMethod: AttributionMethod {
  /// How it differentiates.
  var propagation: GradientPropagation { get set }
}

extension MethodOption where Method: DifferentiatingMethod {
  /// How the method differentiates.
  static var propagation: Self {
    .choice(
      "propagation", \.propagation,
      "how gradients go back; libra: attention and norms' scales as constants (LibraGrad)")
  }
}

extension RuleBasedMethod where Self: DifferentiatingMethod {
  public func rules(
    for graph: Graph, of model: Model, input: Tensor?
  ) throws -> RuleMap { try propagation.rules(for: graph) }
}
