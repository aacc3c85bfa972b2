/// First-order Taylor decomposition: `∂f_c/∂x ⊙ (x − x̃)` with a root `x̃`, a point at which the evidence is
/// gone.
///
/// Both papers take a root near `x` where `f(x̃) = 0`, and the derivative *at the root*: `derivative: .root`
/// with `root: .search` and a target whose zero is the decision's border, such as a difference of two classes.
///
/// The default takes the derivative at `x` and the root at zero, which is the gradient times the input and
/// what libraries call a simple Taylor decomposition. It is the papers' formula only for a network that is
/// linear between `x` and a root next to zero, as one of ReLUs without biases is (Montavon et al. 2018,
/// `montavon2018methods`, section 4.2); for others the ledger says what is missing.
///
/// With `search` the root is the point nearest to `x` on the straight line to zero where the decision
/// changes: for a difference or a neuron where the score becomes zero; for one class where another catches
/// up with it. There that class's own logit is not zero, and the ledger's reference holds it.
///
/// - Reference: Bach et al. 2015, equation 14 (`bach2015pixel`); Montavon et al. 2017, equation 3
///   (`montavon2017explaining`).
public struct SimpleTaylor: ConfigurableMethod, RecordedMethod, DifferentiatingMethod {
  /// Where the expansion vanishes.
  public enum Root: Sendable {
    /// Zero, or a given input.
    case fixed(Baseline)
    /// The nearest point of the decision boundary on the segment to zero.
    case search
  }

  /// Where the derivative is taken.
  public enum DerivativePoint: String, Sendable, CaseIterable, Codable {
    /// At the input that is explained.
    case input
    /// At the root, as the papers do.
    case root
  }

  /// x̃.
  public var root: Root
  /// Where the derivative is taken.
  public var derivative: DerivativePoint
  /// How it differentiates.
  public var propagation: GradientPropagation

  /// Creates the method.
  public init(
    root: Root = .fixed(.zero), derivative: DerivativePoint = .input,
    propagation: GradientPropagation = .gradient
  ) {
    self.root = root
    self.derivative = derivative
    self.propagation = propagation
  }

  public var name: String { "taylor-simple" }

  public var nodesRead: Set<NodeID>? { [] }

  public var options: [MethodOption<Self>] {
    let accepted = "zero, search, or a tensor's key"
    return [
      MethodOption(
        "root", "where the expansion vanishes; search: the decision boundary", accepts: accepted,
        get: { method in
          switch method.root {
          case .search: .text("search")
          case .fixed(let baseline): baseline.optionValue
          }
        },
        set: { value, method in
          if case .text("search") = value {
            method.root = .search
          } else if let baseline = Baseline(value) {
            method.root = .fixed(baseline)
          } else {
            throw MethodOption<Self>.refusal(value, accepted)
          }
        }),
      .choice(
        "derivative", \.derivative, "where the derivative is taken; root: as in the papers"),
      .propagation,
    ]
  }

  public func cost(_ context: CostContext) throws -> MethodCost {
    // The search looks at 65 places and halves 52 times.
    let searches = if case .search = root { 117 } else { 1 }
    return MethodCost(forward: 1 + searches, backward: 1, inputsAtOnce: context.samples)
  }

  public func attribute(_ recording: Recording, target: Target) throws -> Attribution {
    guard case .fixed(let baseline) = root else {
      return try attribute(recording, target: target, from: .zero)
    }
    return try baseline.mean(for: recording.input) {
      try attribute(recording, target: target, from: $0)
    }
  }

  /// With the root searched for, `baseline` is not read.
  private func attribute(
    _ recording: Recording, target: Target, from baseline: Baseline
  ) throws -> Attribution {
    let pass = try BackwardPass(recording, target: target)
    let input = recording.input
    let start: Tensor
    switch root {
    case .fixed: start = try baseline.resolved(for: input)
    case .search: start = try boundary(recording.graph, input, pass.target)
    }
    let slope: Tensor
    let reference: Tensor
    switch derivative {
    case .input:
      slope = try pass.gradient(at: pass.graph.input, by: propagation)
      reference = try pass.target.score(
        recording.graph.trace(start, readable: [])[pass.target.node])
    case .root:
      // A root for each sample, for each has a target of its own.
      let trace = try recording.graph.trace(input.zerosLike() + start)
      slope = try trace.propagate(
        pass.unitSeed, using: propagation.rules(for: trace.graph),
        reading: [pass.graph.input])[pass.graph.input]
      reference = try pass.target.score(trace[pass.target.node])
    }
    let map = try slope * (input - start)
    return try Attribution(
      map: map, ledger: Ledger(score: pass.score, reference: reference, map: map),
      target: pass.target, method: self, details: ["root": start])
  }

  /// For each sample the first point on the segment to zero at which the decision changes.
  ///
  /// The segment is looked at in 64 places; between the two where the sign first changes, it is halved
  /// until it is exact.
  private func boundary(
    _ graph: Graph, _ input: Tensor, _ target: ResolvedTarget
  ) throws -> Tensor {
    let samples = input.shape[0]
    func margins(_ fractions: [Double]) throws -> [Double] {
      let scales = try Tensor(fractions, shape: [samples], dtype: input.dtype)
        .moved(to: input.device).aligned(toAxis: 0, rank: input.rank)
      let value = try graph.trace(input * scales, readable: [])[target.node]
      return try target.margin(value).doubles()
    }
    var inside = [Double](repeating: 1, count: samples)
    var outside = [Double?](repeating: nil, count: samples)
    let signs = try margins(inside).map { $0 > 0 }
    try Computation.part(0...0.55) {
      try Computation.forEach((0..<64).reversed()) { step in
        let fraction = Double(step) / 64
        for (sample, margin) in try margins(inside.map { _ in fraction }).enumerated()
        where outside[sample] == nil {
          if (margin > 0) == signs[sample] {
            inside[sample] = fraction
          } else {
            outside[sample] = fraction
          }
        }
      }
    }
    if let sample = outside.firstIndex(of: nil) {
      throw InterpretabilityError(
        .invalidOption,
        "root=search: for sample \(sample) the decision is the same on the whole segment to zero; give a root"
      )
    }
    var far = outside.compactMap { $0 }
    try Computation.part(0.55...1) {
      try Computation.forEach(0..<52) { _ in
        let middle = zip(inside, far).map { ($0 + $1) / 2 }
        for (sample, margin) in try margins(middle).enumerated() {
          if (margin > 0) == signs[sample] {
            inside[sample] = middle[sample]
          } else {
            far[sample] = middle[sample]
          }
        }
      }
    }
    let scales = try Tensor(far, shape: [samples], dtype: input.dtype).moved(to: input.device)
    return try input * scales.aligned(toAxis: 0, rank: input.rank)
  }
}

extension ResolvedTarget {
  /// How far the decision is from changing: the target's class less the best other, or the score.
  fileprivate func margin(_ value: Tensor) throws -> Tensor {
    let score = try score(value)
    guard !classes.isEmpty, value.rank == 2, value.shape[1] > 1 else { return score }
    let others = try (value - weights * 1e30).maximum(over: [1])
    return try score - others
  }
}

extension SimpleTaylor: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      MethodEntry(
        SimpleTaylor(), "First-order contribution of each difference from a root.",
        cites: ["bach2015pixel", "montavon2017explaining"])
    ]
  }
}
