/// The derivative of a normalisation whose divisor counts as a constant, while its mean is differentiated.
///
/// With `y = w (x − mean) / c + b`, `c = √(variance + ε)`: `(w g − mean(w g)) / c`; without a mean `w g / c`. With the
/// mean constant, too, it is `w g / c`, and the mean keeps `− w g mean / c` as a bias does.
///
/// Relevance that arrives passes unchanged; so does that of a normalisation of another form, such as local response
/// normalisation. A norm or a logarithm of a sum, which changes the shape, passes its derivative.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, proposition 3.4 (`achtibat2024attnlrp`); Ali et al. 2022, *XAI
///   for Transformers*, section 4.2 (`ali2022xai`).
public struct ConstantScaleRule: PropagationRule {
  /// Whether the mean counts as a constant, too.
  public var isMeanConstant: Bool

  /// Creates the rule.
  public init(isMeanConstant: Bool = false) { self.isMeanConstant = isMeanConstant }

  public var settings: String { isMeanConstant ? "mean constant" : "" }

  public func reading(at layer: any Layer) -> RuleReading {
    layer is any StandardizingLayer
      ? RuleReading(inputs: true, output: false) : PassThroughRule().reading(at: layer)
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let x = step.inputs[0]
    let isShapeKept = step.inputs.count == 1 && x.shape == step.output.shape
    guard signal.form == .multiplier, let layer = step.node.layer as? any StandardizingLayer else {
      if isShapeKept { return try PassThroughRule().propagate(signal, through: step) }
      return Propagated(try step.pullback(signal.multiplier(at: step.output)))
    }
    let (shape, axes) = try layer.statistics(over: x.shape)
    let weighted = try layer.weighted(signal.value).reshaped(shape)
    let values = try x.reshaped(shape)
    let scaled: Tensor
    if !isMeanConstant, !(layer is NormalizeLayer), let width = try layer.width(over: x.shape) {
      scaled = try .call(
        "nni::standard_share", .tensor(weighted.reshaped([-1, width])),
        .tensor(x.reshaped([-1, width])), .double(layer.epsilon), .bool(layer.isCentred),
        .bool(layer.isAveraging))
    } else {
      scaled =
        try (isMeanConstant ? weighted : layer.centred(weighted, over: axes))
        / layer.divisor(of: values, over: axes)
    }
    var kept: Tensor?
    if let shift = try (layer as? any ShiftedLayer)?.alignedShift(rank: x.rank) {
      kept = try signal.value.sumPerSample(weightedBy: shift)
    }
    if isMeanConstant, layer.isCentred {
      let mean = try values.mean(over: axes, keepingAxes: true)
      let ofMean = try (scaled * mean).sumPerSample().negated()
      kept = try kept.map { try $0 + ofMean } ?? ofMean
    }
    return Propagated(
      [try scaled.reshaped(x.shape)], absorbed: kept.map { [.bias: $0] } ?? [:])
  }
}

extension ConstantScaleRule: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      RuleEntry("constant-scale") { _ in ConstantScaleRule() },
      RuleEntry("constant-statistics") { _ in ConstantScaleRule(isMeanConstant: true) },
    ]
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
