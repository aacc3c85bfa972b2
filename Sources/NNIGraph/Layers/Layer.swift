/// What a node computes in inference: a value, shared freely between nodes and graphs.
///
/// "With modified weights" is an assignment to a copy. A layer knows nothing of propagation rules; it
/// says what ``kind`` it is, and rules are written for kinds.
public protocol Layer: Sendable {
  /// What rules need to know of it.
  var kind: LayerKind { get }
  /// The value for inputs whose first axis is the batch.
  func forward(_ inputs: [Tensor]) throws -> Tensor
  /// The layer with each parameter replaced by `transform` of it.
  func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self
  /// The main settings in one line, for tables; empty when there are none.
  var settings: String { get }
}

extension Layer {
  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self { self }

  public var settings: String { "" }

  /// The type's name without its suffix, such as `Convolution`.
  public var name: String {
    let type = String(describing: Self.self)
    return type.hasSuffix("Layer") ? String(type.dropLast(5)) : type
  }

  /// How many numbers the layer has learnt.
  public var parameterCount: Int {
    get throws {
      var count = 0
      _ = try mapParameters {
        count += $0.count; return $0
      }
      return count
    }
  }
}

/// What propagation rules distinguish.
public enum LayerKind: String, Sendable, Codable, CaseIterable {
  /// The network's input.
  case input
  /// Weighted sums over a window.
  case convolution
  /// Weighted sums over all features.
  case dense
  /// A scale and a shift for each element or channel, such as batch norm in inference.
  case affine
  /// A function of each element alone.
  case activation
  /// The largest element of a window.
  case maxPooling
  /// The mean of a window, and other fixed sums of one input's elements.
  case averagePooling
  /// A sum of several inputs.
  case sum
  /// Several inputs side by side.
  case concatenation
  /// A product of several inputs.
  case product
  /// A scaling by a statistic of the input itself, such as local response or layer normalisation.
  case normalization
  /// Exponentials that sum to one.
  case softmax
  /// Elements moved, dropped or padded, but not changed: flatten, reshape, identity, dropout.
  case structural
  /// A factor or a summand for each element that is drawn at random, apart from the input.
  case noise
  /// Rows of a table, chosen by whole numbers.
  case embedding
  /// Whole numbers, comparisons and positions.
  case discrete
  /// An operator of libtorch that is known by its name alone: it has a derivative and no rule.
  case `operator`

  /// Whether signals pass such a layer on their way back.
  public var carriesSignal: Bool { self != .embedding && self != .discrete }

  /// Whether such a layer mixes its inputs with learnt weights, which is where LRP's rules apply.
  public var isWeighted: Bool { self == .convolution || self == .dense }
}

/// A layer that is linear in its one input: `z = w · a + b`.
public protocol LinearLayer: Layer {
  /// The weights.
  var weight: Tensor { get set }
  /// What is added to the weighted sum, if anything.
  var bias: Tensor? { get set }
  /// ``bias`` in a shape that broadcasts over an output of `rank` axes.
  func alignedBias(rank: Int) throws -> Tensor?
  /// The layer with its positive weights times one factor and its negative ones times another.
  func weighing(_ factors: SignFactors) throws -> Self
  /// `wᵀ · cotangent`: from the output's shape to that of `input`, whose values do not matter.
  func transposed(_ cotangent: Tensor, like input: Tensor) throws -> Tensor
}

/// Factors of a layer's positive and negative weights.
public struct SignFactors: Sendable, Hashable {
  /// The factor of positive weights.
  public var positive: Double
  /// The factor of negative weights.
  public var negative: Double

  /// Creates factors.
  public init(positive: Double, negative: Double) {
    self.positive = positive
    self.negative = negative
  }

  /// Weights as they are.
  public static let one = SignFactors(positive: 1, negative: 1)
  /// `w⁺` alone.
  public static let rising = SignFactors(positive: 1, negative: 0)
  /// `w⁻` alone.
  public static let falling = SignFactors(positive: 0, negative: 1)

  /// The weights times their factors.
  func applied(to weight: Tensor) throws -> Tensor {
    switch self {
    case .one: weight
    case .rising: try weight.positivePart()
    case .falling: try weight.negativePart()
    default: try weight.positivePart() * positive + weight.negativePart() * negative
    }
  }
}

extension LinearLayer {
  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    var copy = self
    copy.weight = try transform(weight)
    copy.bias = try bias.map(transform)
    return copy
  }

  public func weighing(_ factors: SignFactors) throws -> Self {
    var copy = self
    copy.weight = try factors.applied(to: weight)
    return copy
  }

  public func transposed(_ cotangent: Tensor, like input: Tensor) throws -> Tensor {
    try Tape([input], forward).pullback(cotangent)[0]
  }
}

/// A layer that takes the largest element of each window.
public protocol MaxPoolingLayer: Layer {
  /// The windows over an input of a shape: over the axes after the channel axis, or over all axes after
  /// the batch's.
  func window(over shape: [Int]) -> Window
  /// The layer that averages the same windows.
  var averaging: any Layer { get }
}

/// Where the network's input enters.
struct InputLayer: Layer {
  package var kind: LayerKind { .input }

  package func forward(_ inputs: [Tensor]) throws -> Tensor {
    throw InterpretabilityError(.invalidGraph, "an input computes nothing")
  }
}
