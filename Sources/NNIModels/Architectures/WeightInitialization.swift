/// Random first weights.
///
/// The same seed gives the same numbers on every machine, whatever the order in which the layers are
/// built: each parameter draws from a generator of its own, seeded by its name.
public struct WeightInitialization: Sendable, Hashable {
  /// How weights are distributed.
  public enum Distribution: Sendable, Hashable {
    /// Normal with variance `2 / inputs` (He et al. 2015, equation 10, `he2015delving`).
    case he
    /// Normal with that deviation; batch norm's scales are normal about one with it (Radford et al. 2016,
    /// section 3, `radford2016unsupervised`).
    case normal(deviation: Double)
    /// Uniform within `±1 / √inputs`, which is PyTorch's default for weights. Biases begin at zero here.
    case uniform
  }

  /// How weights are distributed.
  public var distribution: Distribution
  /// Decides the numbers.
  public var seed: UInt64
  /// Shapes of some parameters, from which an architecture infers its number of classes or filters;
  /// what is left out takes the architecture's default.
  public var shapes: [String: [Int]]

  /// Creates an initialisation.
  public init(
    _ distribution: Distribution = .he, seed: UInt64 = 0, shapes: [String: [Int]] = [:]
  ) {
    self.distribution = distribution
    self.seed = seed
    self.shapes = shapes
  }

  /// The distribution in a few words, for records.
  public var text: String {
    switch distribution {
    case .he: "normal (He)"
    case .normal(let deviation): "normal, deviation \(deviation)"
    case .uniform: "uniform"
    }
  }

  /// The beginning of a parameter.
  func value(of name: String, shape: [Int], role: WeightSource.Role) throws -> Tensor {
    var generator = WeightGenerator(seed: seed, name: name)
    let count = shape.reduce(1, *)
    switch (role, distribution) {
    case (.zero, _): return try Tensor.full(shape, 0)
    case (.one, .normal(let deviation)) where !name.hasSuffix(".running_var"):
      return try Tensor(generator.normal(count: count, deviation: deviation), shape: shape) + 1
    case (.one, _): return try Tensor.full(shape, 1)
    case (.weight(let fanIn), .he):
      let deviation = (2 / Double(max(fanIn, 1))).squareRoot()
      return try Tensor(generator.normal(count: count, deviation: deviation), shape: shape)
    case (.weight, .normal(let deviation)):
      return try Tensor(generator.normal(count: count, deviation: deviation), shape: shape)
    case (.weight(let fanIn), .uniform):
      let limit = 1 / Double(max(fanIn, 1)).squareRoot()
      return try Tensor(generator.uniform(count: count, limit: limit), shape: shape)
    }
  }
}
