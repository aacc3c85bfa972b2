/// All relevance of an activation passes, as a modified derivative: `g · f(x) / x` in place of `g · f'(x)`.
///
/// Where `x` is zero the quotient is its limit, `f'(0)`. A function that is not zero at zero, such as a sigmoid,
/// has none and passes its derivative.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, equation 9 (`achtibat2024attnlrp`), in the form of a gradient.
public struct IdentityActivationRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    guard let layer = step.node.layer as? ActivationLayer else {
      // Such as PReLU, where both are the same.
      return Propagated(try step.pullback(signal.value))
    }
    let zero = try layer.forward([Tensor.full([1], 0, dtype: step.output.dtype)])
    guard try zero.item() == 0 else { return Propagated(try step.pullback(signal.value)) }
    let x = step.inputs[0]
    let ratio: Tensor
    switch layer.function {
    case .relu: ratio = try x.isGreater(than: 0).converted(to: x.dtype)
    case .silu: ratio = try .call("aten::sigmoid", .tensor(x))
    case .gelu(let isApproximate):
      // f(x)/x without a division: Φ(x), or its approximation.
      let argument =
        isApproximate
        ? try (x + x * x * x * 0.044715) * (2 / Double.pi).squareRoot()
        : try x * 0.5.squareRoot()
      ratio =
        try (Tensor.call(isApproximate ? "aten::tanh" : "aten::erf", .tensor(argument)) + 1) * 0.5
    default:
      let isZero = try x.isEqual(to: 0)
      let safe = try x.onesLike().selected(where: isZero, otherwise: x)
      let limit = try Tape([x], layer.forward).pullback(x.onesLike())[0]
      ratio = try limit.selected(where: isZero, otherwise: step.output / safe)
    }
    return Propagated([try signal.value * ratio])
  }
}
