/// A number that says how unsure a prediction is, as the output of a network: what every gradient-like and
/// every perturbation method can explain.
///
/// The network's graph, or one copy of it for each member of a distribution side by side on one input, is
/// continued by layers that compute the measure; the output is `[N, 1]`, and the target is class 0. With
/// `p_tk` the probability that member `t` of `T` gives class `k`, and `p̄` the members' mean:
///
/// | | |
/// |---|---|
/// | `predictiveEntropy` | `−Σ_k p̄_k ln p̄_k` |
/// | `expectedEntropy` | `−(1/T) Σ_t Σ_k p_tk ln p_tk` |
/// | `mutualInformation` | the first less the second |
/// | `variance(k)` | `1/(T − 1) Σ_t (p_tk − p̄_k)²` |
/// | `vacuity` | `(1/T) Σ_t K / Σ_k (max(z_tk, 0) + 1)` |
/// | (labels with a sigmoid each) | entropies are sums over labels of `−p ln p − (1 − p) ln(1 − p)` |
/// | `conformalMargin(q̂)` | the runner-up's `p̄` less `1 − q̂`; positive where the set has two classes or more |
///
/// Probabilities are kept as logarithms, so that none underflows. LRP conserves nothing at a softmax; what that keeps
/// is in the ledger.
///
/// ```swift
/// let members = try MonteCarloDropout(model, passes: 20)
/// let unsure = try UncertaintyMeasure.mutualInformation.model(of: members)
/// let map = try IntegratedGradients().attribute(unsure, input: image, target: 0)
/// ```
///
/// - Reference: Depeweg et al. 2018, equation 3 (`depeweg2018decomposition`); Sensoy et al. 2018, equation
///   1 (`sensoy2018evidential`); Angelopoulos and Bates 2023, section 1 (`angelopoulos2023conformal`).
public enum UncertaintyMeasure: Sendable, Hashable, CustomStringConvertible {
  case predictiveEntropy
  case expectedEntropy
  case mutualInformation
  /// Of the members' probability of a class.
  case variance(Int)
  case vacuity
  /// With the threshold `q̂` of ``ConformalPrediction/Score/leastAmbiguous``.
  case conformalMargin(Double)

  public var description: String {
    switch self {
    case .predictiveEntropy: "predictive-entropy"
    case .expectedEntropy: "expected-entropy"
    case .mutualInformation: "mutual-information"
    case .variance(let index): "variance of class \(index)"
    case .vacuity: "vacuity"
    case .conformalMargin(let threshold): "conformal-margin at \(threshold)"
    }
  }

  /// The model whose one output is the measure of a network.
  ///
  /// - Throws: ``InterpretabilityError`` for what takes several networks.
  public func model(of model: Model) throws -> Model {
    try continued(model, model.graph, from: [model.graph.output])
  }

  /// The model whose one output is the measure of a distribution's members for a sample.
  ///
  /// Every member is part of the graph, so that time and memory grow with their number; the nodes of member
  /// `t` are named `member-t/…`.
  ///
  /// - Parameters:
  ///   - distribution: The members.
  ///   - sample: The sample's position in the data, by which random numbers are keyed.
  /// - Returns: The model, whose output is `[N, 1]`.
  /// - Throws: ``InterpretabilityError`` for a measure that the members do not have.
  public func model(of distribution: any ModelDistribution, sample: Int = 0) throws -> Model {
    var graph = Graph(input: distribution.model.graph.input)
    let outputs = try (0..<distribution.count).map { pass in
      try graph.add(
        distribution.function(MemberDraw(pass: pass, sample: sample)), prefix: "member-\(pass)/")
    }
    return try continued(distribution.model, graph, from: outputs)
  }

  private func continued(_ model: Model, _ graph: Graph, from outputs: [NodeID]) throws -> Model {
    let tellsWidth = try model.outputWidth
    let meaning = model.outputMeaning
    let activation = meaning.activation(width: tellsWidth ?? 2)
    guard activation != .none else { throw meaning.needsProbabilities(tellsWidth ?? 2) }
    var tail = MeasureTail(
      graph, outputs: outputs, dtype: try model.parameterType,
      isSigmoid: activation == .sigmoid, isNegativeFirst: meaning.namesBothClasses)
    switch self {
    case .predictiveEntropy: try tail.addEntropy(of: tail.addMeanLogarithm())
    case .expectedEntropy: try tail.addExpectedEntropy()
    case .mutualInformation:
      guard outputs.count > 1 else { throw needsMembers }
      let parts = try [tail.addEntropy(of: tail.addMeanLogarithm()), tail.addExpectedEntropy()]
      try tail.add(SumLayer(isDifference: true), "mutual-information", after: parts)
    case .variance(let index):
      guard outputs.count > 1 else { throw needsMembers }
      guard index >= 0 else {
        throw InterpretabilityError(.invalidTarget, "there is no class \(index)")
      }
      if let count = tellsWidth.map({ meaning.classCount(width: $0) }), index >= count {
        throw InterpretabilityError(
          .invalidTarget,
          "there is no class \(index); the network has \(count), from 0 to \(count - 1)")
      }
      try tail.addVariance(of: index)
    case .vacuity:
      guard activation == .softmax else {
        throw InterpretabilityError(
          .unsupported,
          "vacuity reads the logits of several classes as evidence; the network ends in sigmoids")
      }
      try tail.addVacuity(classes: classes(model))
    case .conformalMargin(let threshold):
      guard activation == .softmax || tellsWidth == 1 else { throw meaning.needsExclusiveClasses }
      guard threshold.isFinite else {
        throw InterpretabilityError(
          .invalidOption,
          "a conformal margin needs a finite threshold; with \(threshold) sets hold every class")
      }
      try tail.addMargin(threshold)
    }
    var copy = model
    copy.graph = tail.graph
    copy.name = "\(model.name): \(description)"
    copy.inputSpec.labels = [description]
    copy.outputMeaning = OutputMeaning(.regression, isStated: true)
    return copy
  }

  private var needsMembers: InterpretabilityError {
    InterpretabilityError(
      .invalidOption,
      "\(description) is about members that disagree, and there is one network; take Monte Carlo "
        + "dropout, an ensemble or noise")
  }

  /// How many classes there are.
  private func classes(_ model: Model) throws -> Int {
    if let count = try model.classCount { return count }
    let dense = model.graph.nodes.last { $0.layer is DenseLayer }?.layer as? DenseLayer
    guard let dense else {
      throw InterpretabilityError(
        .unsupported,
        "vacuity needs the number of classes, which neither the model's input description nor a dense "
          + "layer tells; set the input's size")
    }
    return dense.weight.shape[0]
  }
}

/// The layers that compute a measure from logits.
private struct MeasureTail {
  private(set) var graph: Graph
  /// The members' logits.
  private let outputs: [NodeID]
  private let dtype: DType
  /// Whether probabilities are sigmoids; then those of the opposites stand beside them.
  private let isSigmoid: Bool
  /// Whether the opposite of a single logit is its first class.
  private let isNegativeFirst: Bool
  private var logarithms: [NodeID] = []

  init(
    _ graph: Graph, outputs: [NodeID], dtype: DType, isSigmoid: Bool, isNegativeFirst: Bool
  ) {
    self.graph = graph
    self.outputs = outputs
    self.dtype = dtype
    self.isSigmoid = isSigmoid
    self.isNegativeFirst = isNegativeFirst
  }

  @discardableResult
  mutating func add(_ layer: any Layer, _ name: String, after inputs: [NodeID]) throws -> NodeID {
    try graph.add(layer, as: graph.unusedName("measure/\(name)"), after: inputs)
  }

  /// `ln p` of each member.
  private mutating func addLogarithms() throws -> [NodeID] {
    if logarithms.isEmpty {
      logarithms = try outputs.enumerated().map { member, output in
        if isSigmoid { return try addSigmoidLogarithms(of: output, member) }
        return try add(
          SoftmaxLayer(axis: 1, isLogarithmic: true), "log-probabilities-\(member)",
          after: [output])
      }
    }
    return logarithms
  }

  /// `ln σ(z)` and `ln(1 − σ(z)) = ln σ(−z)` side by side, as `−ln(1 + e^∓z)`.
  private mutating func addSigmoidLogarithms(of output: NodeID, _ member: Int) throws -> NodeID {
    func logarithm(_ sign: Double, _ name: String) throws -> NodeID {
      let turned = try addScaled(output, -sign, "\(name)-turned-\(member)")
      let soft = try add(
        ActivationLayer(.softplus), "\(name)-softplus-\(member)", after: [turned])
      return try addScaled(soft, -1, "\(name)-log-\(member)")
    }
    let parts = try [logarithm(1, "positive"), logarithm(-1, "negative")]
    return try add(
      ConcatenationLayer(axis: 1), "log-probabilities-\(member)",
      after: isNegativeFirst ? parts.reversed() : parts)
  }

  /// `ln p̄`.
  mutating func addMeanLogarithm() throws -> NodeID {
    let terms = try addLogarithms()
    guard terms.count > 1 else { return terms[0] }
    return try add(LogMeanExponentialLayer(), "log-mean-probability", after: terms)
  }

  /// `Σ p ln p` from `ln p`.
  private mutating func addNegativeEntropy(of logarithm: NodeID, _ name: String) throws -> NodeID {
    let p = try add(ActivationLayer(.exponential), "\(name)-probability", after: [logarithm])
    let product = try add(ProductLayer(), "\(name)-product", after: [p, logarithm])
    return try add(
      ReductionLayer(over: [1], isKeepingAxes: true, isMean: false), "\(name)-sum",
      after: [product])
  }

  @discardableResult
  mutating func addEntropy(of logarithm: NodeID) throws -> NodeID {
    let sum = try addNegativeEntropy(of: logarithm, "mean")
    return try addScaled(sum, -1, "entropy")
  }

  @discardableResult
  mutating func addExpectedEntropy() throws -> NodeID {
    let terms = try addLogarithms().enumerated().map {
      try addNegativeEntropy(of: $0.element, "member-\($0.offset)")
    }
    return try addScaled(addSum(terms, "entropies"), -1 / Double(terms.count), "expected-entropy")
  }

  mutating func addVariance(of index: Int) throws {
    let count = Double(outputs.count)
    let chosen = try outputs.enumerated().map { member, output in
      let p =
        isSigmoid
        ? try add(
          ActivationLayer(.exponential), "probabilities-\(member)",
          after: [addSigmoidLogarithms(of: output, member)])
        : try add(SoftmaxLayer(axis: 1), "probabilities-\(member)", after: [output])
      return try add(GatherLayer(axis: 1, indices: [index]), "class-\(member)", after: [p])
    }
    let mean = try addScaled(addSum(chosen, "classes"), 1 / count, "mean")
    let squares = try chosen.enumerated().map { member, p in
      let difference = try add(
        SumLayer(isDifference: true), "difference-\(member)", after: [p, mean])
      return try add(ActivationLayer(.power(2)), "square-\(member)", after: [difference])
    }
    try addScaled(addSum(squares, "squares"), 1 / (count - 1), "variance")
  }

  mutating func addVacuity(classes: Int) throws {
    let terms = try outputs.enumerated().map { member, output in
      let evidence = try add(ActivationLayer(.relu), "evidence-\(member)", after: [output])
      let total = try add(
        ReductionLayer(over: [1], isKeepingAxes: true, isMean: false), "evidence-sum-\(member)",
        after: [evidence])
      let strength = try addScaled(total, 1, "strength-\(member)", offset: Double(classes))
      return try add(ActivationLayer(.reciprocal), "reciprocal-\(member)", after: [strength])
    }
    try addScaled(
      addSum(terms, "reciprocals"), Double(classes) / Double(outputs.count), "vacuity")
  }

  mutating func addMargin(_ threshold: Double) throws {
    let p = try add(
      ActivationLayer(.exponential), "mean-probability", after: [addMeanLogarithm()])
    let second = try add(RankedElementLayer(axis: 1, rank: 2), "runner-up", after: [p])
    try addScaled(second, 1, "margin", offset: threshold - 1)
  }

  private mutating func addSum(_ terms: [NodeID], _ name: String) throws -> NodeID {
    terms.count > 1 ? try add(SumLayer(), name, after: terms) : terms[0]
  }

  @discardableResult
  private mutating func addScaled(
    _ node: NodeID, _ factor: Double, _ name: String, offset: Double = 0
  ) throws -> NodeID {
    let bias = offset == 0 ? nil : try Tensor([offset], shape: [1], dtype: dtype)
    let layer = AffineLayer(weight: try Tensor([factor], shape: [1], dtype: dtype), bias: bias)
    return try add(layer, name, after: [node])
  }
}

extension Graph {
  /// Adds all nodes of another graph on the same input; returns where its output went.
  ///
  /// Named inputs keep their names, and are added once.
  fileprivate mutating func add(_ other: Graph, prefix: String) throws -> NodeID {
    let parts = Set(other.nodes.filter { $0.layer is InputPartLayer }.map(\.id))
    func name(_ id: NodeID) -> NodeID {
      id == other.input ? input : parts.contains(id) ? id : NodeID(prefix + id.name)
    }
    for node in other.nodes.dropFirst() {
      if parts.contains(node.id), nodes.contains(where: { $0.id == node.id }) { continue }
      try add(node.layer, as: name(node.id), after: node.inputs.map(name))
    }
    return name(other.output)
  }
}
