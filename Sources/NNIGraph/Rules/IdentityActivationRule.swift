/// All relevance of an activation passes, as a modified derivative: `g · f(x) / x` in place of `g · f'(x)`.
///
/// Where `x` is zero the quotient is its limit, `f'(0)`. A function that is not zero at zero, such as a sigmoid,
/// has none and passes its derivative; what that loses counts as a constant's. Relevance that arrives passes
/// unchanged.
///
/// - Reference: Achtibat et al. 2024, *AttnLRP*, equation 9 (`achtibat2024attnlrp`), in the form of a gradient.
public struct IdentityActivationRule: PropagationRule {
  /// Creates the rule.
  public init() {}

  public func reading(at layer: any Layer) -> RuleReading {
    guard let layer = layer as? ActivationLayer, (try? layer.valueAtZero) == 0 else {
      return .values
    }
    return layer.reading
  }

  public func propagate(_ signal: Signal, through step: Step) throws -> Propagated {
    if signal.form == .relevance {
      return try PassThroughRule().propagate(signal, through: step)
    }
    guard let layer = step.node.layer as? ActivationLayer, try layer.valueAtZero == 0 else {
      let multiplier = try step.pullback(signal.value)[0]
      let kept =
        try step.relevance(of: signal).sumPerSample()
        - (step.inputs[0] * multiplier).sumPerSample()
      return Propagated([multiplier], absorbed: [.constant: kept])
    }
    return Propagated([try layer.multiplier(signal.value, at: step)])
  }
}

extension ActivationLayer {
  /// `f(0)`; infinite for a logarithm and a reciprocal.
  var valueAtZero: Double {
    get throws {
      switch function {
      case .relu, .leakyReLU, .gelu, .silu, .tanh: 0
      default: try forward([Tensor.full([1], 0, dtype: .float64)]).item()
      }
    }
  }

  /// What ``multiplier(_:at:valueAtZero:)`` reads; `f(x)` is computed again, for it takes memory for longer than time.
  var reading: RuleReading {
    function == .relu ? .derivative : RuleReading(inputs: true, output: false)
  }

  /// `g · (f(x) − f(0)) / x`, and `g · f'(0)` where `x` is zero.
  func multiplier(_ g: Tensor, at step: Step, valueAtZero: Double = 0) throws -> Tensor {
    // That of a ReLU is its derivative, which leaves values in the layout that they have.
    if case .relu = function { return try step.pullback(g)[0] }
    let zero = try Tensor.full([1], 0, dtype: .float64)
    let limit = try Tape([zero], forward).pullback(zero.onesLike())[0].item()
    return try .call(
      "nni::activation_share", .tensor(g), .tensor(step.inputs[0]), .tensor(forward(step.inputs)),
      .double(valueAtZero), .double(limit))
  }
}
