/// The derivative of a normalisation whose divisor counts as a constant, while its mean is differentiated.
///
/// With `y = w (x − mean) / c + b`, `c = √(variance + ε)`: `(w g − mean(w g)) / c`; without a mean `w g / c`.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, proposition 3.4 (`achtibat2024attnlrp`); Ali et al. 2022, *XAI
///   for Transformers*, section 4.2 (`ali2022xai`).
public struct ConstantScaleRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    guard let layer = step.node.layer as? any StandardizingLayer else {
      return Propagated(try step.pullback(signal.value))
    }
    let x = step.inputs[0]
    let (shape, axes) = try layer.statistics(over: x.shape)
    func mean(_ tensor: Tensor) throws -> Tensor { try tensor.mean(over: axes, keepingAxes: true) }
    func centred(_ tensor: Tensor) throws -> Tensor {
      layer.isCentred ? try tensor - mean(tensor) : tensor
    }
    let weighted = try layer.weighted(signal.value).reshaped(shape)
    let values = try x.reshaped(shape)
    let divisor: Tensor
    if let layer = layer as? NormalizeLayer {
      divisor = try layer.divisor(of: values)
    } else {
      divisor = try (mean(centred(values).squared()) + layer.epsilon).squareRoot()
    }
    let signals = [try (centred(weighted) / divisor).reshaped(x.shape)]
    guard let shift = try (layer as? any ShiftedLayer)?.alignedShift(rank: x.rank) else {
      return Propagated(signals)
    }
    return Propagated(signals, absorbed: [.bias: try (signal.value * shift).sumPerSample()])
  }
}

/// A layer that ends in a constant summand.
private protocol ShiftedLayer {
  /// The summand in a shape that broadcasts over a value of `rank` axes.
  func alignedShift(rank: Int) throws -> Tensor?
}

extension LayerNormLayer: ShiftedLayer {
  fileprivate func alignedShift(rank: Int) throws -> Tensor? { shift }
}

extension GroupNormLayer: ShiftedLayer {
  fileprivate func alignedShift(rank: Int) throws -> Tensor? {
    try shift.aligned(toAxis: 1, rank: rank)
  }
}

extension InstanceNormLayer: ShiftedLayer {
  fileprivate func alignedShift(rank: Int) throws -> Tensor? {
    try shift.aligned(toAxis: 1, rank: rank)
  }
}
