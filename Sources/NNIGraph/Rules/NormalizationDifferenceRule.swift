/// DeepLIFT's multipliers of a normalisation in closed form, complete and in one pass.
///
/// Over `D` elements with `a = x − mean`, `v = (mean a² + ε)^(−1/2)` and `G = w g`, primes for the
/// reference: `m = P[G (v + v')/2 − (v v')²/(v + v') · (a + a')/(2D) · Σ_i G_i (a_i + a'_i)]`, where `P` takes
/// the mean away. Without a mean (RMS norm, L2) `a = x` and there is no `P`.
///
/// Normalisations that are none of these, such as local response normalisation, take ``PathRule``.
///
/// - Reference: the product rule at midpoints for `a · v`, and the exact quotient
///   `Δv / Δ(mean a²) = −(v v')²/(v + v')`, in the chain rule of Shrikumar et al. 2017, section 3.3
///   (`shrikumar2017learning`).
public struct NormalizationDifferenceRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    Self.standardizing(layer) == nil
      ? PathRule().reading(at: layer) : RuleReading(inputs: true, output: false)
  }

  /// The layer if it has a closed form.
  private static func standardizing(_ layer: any Layer) -> (any StandardizingLayer)? {
    if let layer = layer as? NormalizeLayer, layer.power != 2 || layer.floor > 1e-6 { return nil }
    return layer as? any StandardizingLayer
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    let comparison = try step.comparison(for: self)
    guard let layer = Self.standardizing(step.node.layer) else {
      return try PathRule().propagate(signal, through: step)
    }
    let g = try step.whole(signal, for: self)
    let shape = step.inputs[0].shape
    let start = try comparison.value(step.node.inputIndices[0])
    if let width = try layer.width(over: shape) {
      let rows = try [layer.weighted(g), step.inputs[0], start].map {
        try $0.reshaped([-1, width])
      }
      let m = try Tensor.call(
        "nni::standard_difference", .tensor(rows[0]), .tensor(rows[1]), .tensor(rows[2]),
        .double(layer.epsilon), .bool(layer.isCentred), .bool(layer.isAveraging))
      return Propagated([try m.reshaped(shape)])
    }
    let (arranged, axes) = try layer.statistics(over: shape)
    func mean(_ x: Tensor) throws -> Tensor {
      try x.mean(over: axes, keepingAxes: true)
    }
    func total(_ x: Tensor) throws -> Tensor {
      try layer.isAveraging ? mean(x) : x.sum(over: axes, keepingAxes: true)
    }
    func centred(_ x: Tensor) throws -> Tensor { try layer.isCentred ? x - mean(x) : x }
    func scale(_ a: Tensor) throws -> Tensor {
      try .call("aten::rsqrt", .tensor(total(a.squared()) + layer.epsilon))
    }
    let weighted = try layer.weighted(g).reshaped(arranged)
    let a = try centred(step.inputs[0].reshaped(arranged))
    let b = try centred(start.reshaped(arranged))
    let (v, w) = (try scale(a), try scale(b))
    let sum = try a + b
    let product = try v * w
    let quotient = try product.squared() / (v + w)
    // Σ G (a + a') / D where the squares are averaged, and Σ G (a + a') where they are added up.
    let shared = try total(weighted * sum)
    let m = try weighted * (v + w) * 0.5 - quotient * sum * shared * 0.5
    return Propagated([try centred(m).reshaped(shape)])
  }
}

extension PropagationRule where Self == NormalizationDifferenceRule {
  /// DeepLIFT's multipliers of a normalisation in closed form.
  public static var normalizationDifference: Self { NormalizationDifferenceRule() }
}
