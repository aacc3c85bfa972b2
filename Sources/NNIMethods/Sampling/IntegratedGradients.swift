/// The gradient averaged along the straight path from a baseline, times the difference:
/// `(x − x₀) ⊙ ∫₀¹ ∂f_c(x₀ + t(x − x₀))/∂x dt`.
///
/// The map sums to `f_c(x) − f_c(x₀)` up to the error of the sum that stands for the integral, which
/// the ledger shows as `quadrature`. The class is fixed from `x`.
///
/// The trapezoid rule also asks for the gradient at the baseline itself, where all windows of max pooling tie if it
/// is constant. The first element of a window then has the derivative; tied values that rounding tells apart
/// may have another winner elsewhere, and the map differs there by up to that node's weight.
///
/// With a ``tolerance`` the path is cut into pieces of eight Gauss–Legendre nodes. What a piece should sum
/// to is known, for it is the score's change over it; the piece that is farthest off is halved until
/// all that is missing together is small enough. Pieces that are good enough are never computed again.
/// `details["nodes"]` then says how many nodes each sample took, and `details["error-estimate"]` the sum
/// of its pieces' absolute residuals, which bounds the map's own residual.
///
/// ```swift
/// let attribution = try IntegratedGradients(steps: 64).attribute(model, input: x, target: .predicted)
/// ```
///
/// - Reference: Sundararajan et al. 2017, *Axiomatic Attribution for Deep Networks*, equation 1
///   (`sundararajan2017axiomatic`). Captum's trapezoid weights sum to `(n − 1)/n`; ours sum to 1.
public struct IntegratedGradients: ConfigurableMethod, DifferentiatingMethod {
  /// The number of nodes; with a ``tolerance`` about how many the first cut takes.
  public var steps: Int
  /// How the integral becomes a sum, without a ``tolerance``.
  public var quadrature: Quadrature
  /// x₀.
  public var baseline: Baseline
  /// 0 takes ``steps`` nodes; otherwise pieces are halved until the residual is at most
  /// `tolerance · max(|f_c(x) − f_c(x₀)|, 1)` for every sample; it is an error (``ArithmeticCheck``) if 4096 nodes
  /// do not reach it.
  public var tolerance: Double
  /// How it differentiates; with ``GradientPropagation/libra`` no sum is promised.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(
    steps: Int = 50, quadrature: Quadrature = .gaussLegendre, baseline: Baseline = .zero,
    tolerance: Double = 0, propagation: GradientPropagation = .gradient
  ) {
    self.steps = steps
    self.quadrature = quadrature
    self.baseline = baseline
    self.tolerance = tolerance
    self.propagation = propagation
  }

  public var name: String { "integrated-gradients" }

  public var promise: MapPromise { propagation == .gradient ? .sumsToScore : .nothing }

  public var options: [MethodOption<Self>] {
    [
      .integer("steps", \.steps, "number of nodes on the path from the baseline", in: 1...4096),
      .choice("quadrature", \.quadrature, "how the integral becomes a sum"),
      .baseline("baseline", \.baseline, "the input that is compared with"),
      .number(
        "tolerance", \.tolerance,
        "adds nodes where needed until the relative residual is below it; 0: off", in: 0...1),
      .propagation,
    ]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    let references = baseline.count(samples: context.samples)
    return MethodCost(
      forward: (2 + steps) * references, backward: steps * references, isAtLeast: tolerance > 0,
      inputsAtOnce: min(context.inputsAtOnce, steps))
  }

  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    guard tolerance == 0 || propagation == .gradient else {
      throw InterpretabilityError(
        .invalidOption,
        "integrated-gradients: a tolerance is of the sum to the score's change, which propagation=libra does not "
          + "promise; leave one of them out")
    }
    return try baseline.mean(for: input) {
      try attribute(model, input: input, target: target, from: $0)
    }
  }

  private func attribute(
    _ model: Model, input: Tensor, target: Target, from baseline: Baseline
  ) throws -> Attribution {
    let path = try IntegrationPath(
      model, from: baseline, to: input, target: target, propagation: propagation)
    var (means, details): ([Tensor], [String: Tensor])
    if tolerance == 0 {
      let nodes = quadrature.nodes(steps)
      means = try Computation.map(0..<input.shape[0]) {
        try path.weightedGradient(sample: $0, nodes)
      }
      details = [:]
    } else {
      var integral = try Computation.part(0...0.4) {
        try AdaptiveIntegral(path, pieces: max(1, steps / AdaptiveIntegral.nodes))
      }
      try Computation.part(0.4...1) { try integral.refine(to: tolerance) }
      means = try integral.means
      details = try integral.details
    }
    let map = try path.way * .concatenated(means, axis: 0)
    let attribution = try Attribution(
      map: map,
      ledger: Ledger(
        score: path.score, reference: path.reference, map: map,
        remainder: promise == .sumsToScore ? .quadrature : .unexplained),
      target: path.target, method: self, details: details)
    let checked = try SpotCheck(attribution, model, input)?.verified(
      self, target, isExact: false
    ) { IntegratedGradients(steps: 3, quadrature: $0.quadrature, baseline: $0.baseline) }
    return try withinTolerance(checked ?? attribution, model)
  }

  /// The attribution, if the tolerance that was asked for has been reached.
  private func withinTolerance(_ attribution: Attribution, _ model: Model) throws -> Attribution {
    let ledger = attribution.ledger
    let excess = ledger.residual.enumerated().map { sample, residual in
      abs(residual) - tolerance * max(abs(ledger.score[sample] - ledger.reference[sample]), 1)
    }
    guard tolerance > 0, let worst = excess.indices.max(by: { excess[$0] < excess[$1] }),
      excess[worst] > 0, attribution.arithmeticWarnings[worst] == nil
    else { return attribution }
    return try attribution.ending(
      "the residual of sample \(worst) is \(Float(ledger.residual[worst])) after "
        + "\(AdaptiveIntegral.largest) nodes, above the tolerance of \(tolerance); raise the tolerance, or compute "
        + "in float64", sample: worst, model.arithmeticCheck)
  }
}

extension IntegratedGradients: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        IntegratedGradients(),
        "What each element contributes on the path from a baseline to the input.",
        cites: ["sundararajan2017axiomatic"])
    ]
  }
}
