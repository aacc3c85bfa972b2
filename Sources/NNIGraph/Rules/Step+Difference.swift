/// The parts of a difference that a rule of DeepLIFT works with.
extension Step {
  /// The comparison that the traversal runs against.
  ///
  /// - Throws: ``InterpretabilityError`` when there is none.
  func comparison(for rule: any PropagationRule) throws -> ReferenceTrace {
    if let reference { return reference }
    throw InterpretabilityError(
      .missingRule, "\(type(of: rule)) compares with a reference, and none was given", node: node.id
    )
  }

  /// The multiplier of a node's whole difference.
  func whole(_ signal: Signal, for rule: any PropagationRule) throws -> Tensor {
    guard signal.isSplit else { return signal.value }
    return try signal.multiplier(of: comparison(for: rule).difference(index))
  }

  /// `numerator / denominator`, and `fallback` where the denominator is nearly zero.
  func ratio(_ numerator: Tensor, _ denominator: Tensor, otherwise fallback: Tensor) throws
    -> Tensor
  {
    try (numerator / denominator).selected(
      where: denominator.magnitude().isGreater(than: negligibleDifference), otherwise: fallback)
  }

  /// How far rounding may put a sum off, as a part of its terms.
  var rounding: Double { output.dtype == .float64 ? 1e-14 : 4e-6 }

  /// Below this a difference's quotient says nothing, and the derivative stands for it.
  var negligibleDifference: Double { output.dtype == .float64 ? 1e-12 : 1e-7 }
}
