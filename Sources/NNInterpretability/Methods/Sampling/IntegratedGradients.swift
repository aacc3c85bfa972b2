/// The gradient averaged along the straight way from a baseline, times the way:
/// `(x − x₀) ⊙ ∫₀¹ ∂f_c(x₀ + t(x − x₀))/∂x dt`.
///
/// The map sums to `f_c(x) − f_c(x₀)` up to the error of the sum that stands for the integral, which
/// the ledger shows as `quadrature`. The class is fixed from `x`.
///
/// ```swift
/// let attribution = try IntegratedGradients(steps: 64).attribute(model, input: x, target: .predicted)
/// ```
///
/// - Reference: Sundararajan et al. 2017, *Axiomatic Attribution for Deep Networks*, equation 1
///   (`sundararajan2017axiomatic`). Captum's trapezoid weights sum to `(n − 1)/n`; ours sum to 1.
public struct IntegratedGradients: ConfigurableMethod {
  /// The number of nodes; with a ``tolerance`` the first number that is tried.
  public var steps: Int
  public var quadrature: Quadrature
  /// x₀.
  public var baseline: Baseline
  /// 0 takes ``steps`` nodes; otherwise nodes are doubled until the residual is at most
  /// `tolerance · max(|f_c(x) − f_c(x₀)|, 1)` for every sample, or 4096 nodes are reached.
  public var tolerance: Double

  /// Creates the method.
  public init(
    steps: Int = 50, quadrature: Quadrature = .gaussLegendre, baseline: Baseline = .zero,
    tolerance: Double = 0
  ) {
    self.steps = steps
    self.quadrature = quadrature
    self.baseline = baseline
    self.tolerance = tolerance
  }

  public var name: String { "integrated-gradients" }

  public var promise: MapPromise { .sumsToScore }

  public var options: [MethodOption<Self>] {
    [
      .integer("steps", \.steps, "number of nodes on the way from the baseline", in: 1...4096),
      .choice("quadrature", \.quadrature, "how the integral becomes a sum"),
      .baseline("baseline", \.baseline, "the input that is compared with"),
      .number(
        "tolerance", \.tolerance,
        "doubles the nodes until the relative residual is below it; 0: off",
        in: 0...1),
    ]
  }

  public func attribute(
    _ model: Model, input: Tensor, target: Target
  ) throws -> Attribution {
    let input = try model.checked(input)
    let start = try baseline.resolved(for: input)
    let clean = try model.graph.trace(input, readable: [])
    let fixed = try target.resolved(clean)
    let score = try fixed.score(clean[fixed.node])
    let startTrace = try model.graph.trace(start, readable: [])
    let reference = try fixed.score(startTrace[fixed.node])
    let way = try input - start

    var count = steps
    while true {
      let mean = try meanGradient(model, start: start, way: way, target: fixed, count: count)
      let map = try way * mean
      let ledger = try Ledger(
        score: score, reference: reference, map: map, remainder: .quadrature)
      let isDone = zip(ledger.residual, zip(ledger.score, ledger.reference)).allSatisfy {
        abs($0) <= tolerance * max(abs($1.0 - $1.1), 1)
      }
      if tolerance == 0 || isDone || count >= 4096 {
        return try Attribution(map: map, ledger: ledger, target: fixed, method: self)
      }
      count = min(2 * count, 4096)
    }
  }

  /// `Σ weight · ∂f_c/∂x` over the nodes, a few of them in one batch.
  private func meanGradient(
    _ model: Model, start: Tensor, way: Tensor, target: ResolvedTarget, count: Int
  ) throws -> Tensor {
    let nodes = quadrature.nodes(count)
    let (samples, shape) = (way.shape[0], way.shape)
    let chunk = max(1, Self.batch / samples)
    var total = try way.zerosLike()
    for begin in stride(from: 0, to: nodes.count, by: chunk) {
      let part = nodes[begin..<min(begin + chunk, nodes.count)]
      func column(_ values: [Double]) throws -> Tensor {
        try Tensor(values, shape: [1, values.count], dtype: way.dtype).moved(to: way.device)
          .reshaped([1, values.count] + shape.dropFirst().map { _ in 1 })
      }
      // [N, n, …] → [N·n, …]: the nodes of a sample stand in a row.
      let points = try start.unsqueezed(1) + way.unsqueezed(1) * column(part.map(\.position))
      let batch = try points.reshaped([samples * part.count] + shape.dropFirst())
      let trace = try model.graph.trace(batch)
      let seeds = [target.node: Signal(try target.repeated(part.count).weights)]
      let gradient = try trace.propagate(seeds, using: [.any: .gradient])[model.graph.input]
      let grouped = try gradient.reshaped([samples, part.count] + shape.dropFirst())
      total = try total + (grouped * column(part.map(\.weight))).sum(over: [1])
    }
    return total
  }

  /// How many inputs go through the network at once.
  private static let batch = 10
}

extension IntegratedGradients: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        IntegratedGradients(),
        "What each element contributes on the way from a baseline to the input.",
        cites: ["sundararajan2017axiomatic"])
    ]
  }
}
