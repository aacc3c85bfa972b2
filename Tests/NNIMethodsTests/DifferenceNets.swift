import NNIModels
import NNITestSupport

/// Small networks, each with something at which differences from a reference are easily lost.
///
/// All take `[N, 4, 8, 6]` and have three classes.
enum DifferenceNets {
  typealias Build = @Sendable (inout Chain) throws -> Void

  /// A net of a name; the body adds layers one after the other.
  static func model(_ name: String) throws -> Model {
    guard let body = bodies[name] else {
      throw InterpretabilityError(.invalidOption, "there is no net named \(name)")
    }
    var chain = Chain(seed: UInt64(name.utf8.reduce(7) { ($0 * 31 + Int($1)) % 100_003 }))
    try body(&chain)
    return try chain.finished(name)
  }

  /// A batch of normal numbers.
  static func input(_ samples: Int = 3, seed: UInt64) throws -> Tensor {
    var numbers = SeededNumbers(seed)
    return try numbers.tensor([samples, 4, 8, 6])
  }

  static var names: [String] { bodies.keys.sorted() }

  /// Adds layers to the last node, or between nodes that are named.
  struct Chain {
    var graph = Graph(input: "image")
    var numbers: SeededNumbers

    init(seed: UInt64) { numbers = SeededNumbers(seed) }

    /// Adds a layer after `sources`, the last node unless given.
    @discardableResult
    mutating func add(_ layer: any Layer, after sources: NodeID...) throws -> NodeID {
      try graph.add(
        layer, as: NodeID("n\(graph.nodes.count)"),
        after: sources.isEmpty ? [graph.output] : sources)
    }

    @discardableResult
    mutating func relu(after source: NodeID? = nil) throws -> NodeID {
      try add(ActivationLayer(.relu), after: source ?? graph.output)
    }

    /// A convolution of `width` channels that keeps the extent.
    @discardableResult
    mutating func convolution(
      _ width: Int = 4, after source: NodeID? = nil, kernel: Int = 3, groups: Int = 1,
      scale: Double = 0.4
    ) throws -> NodeID {
      let before = source ?? graph.output
      let channels = try shape(of: before)[1]
      return try add(
        ConvolutionLayer(
          weight: numbers.tensor([width, channels / groups, kernel, kernel], scale: scale),
          bias: numbers.tensor([width], scale: 0.4),
          padding: [kernel / 2, kernel / 2], groups: groups),
        after: before)
    }

    @discardableResult
    mutating func batchNorm(after source: NodeID? = nil) throws -> NodeID {
      let before = source ?? graph.output
      let channels = [try shape(of: before)[1]]
      return try add(
        BatchNormLayer(
          scale: numbers.tensor(channels), shift: numbers.tensor(channels),
          mean: numbers.tensor(channels), variance: numbers.tensor(channels).squared() + 0.5),
        after: before)
    }

    /// The shape of a node's value for one sample.
    func shape(of node: NodeID) throws -> [Int] {
      try graph.trace(.full([1, 4, 8, 6], 0.5, dtype: .float64), readable: [], to: node)[node].shape
    }

    /// Two dense layers with a rectifier between them end each net.
    mutating func finished(_ name: String) throws -> Model {
      try add(FlattenLayer())
      let features = try shape(of: graph.output)[1]
      let scale = 1 / Double(features).squareRoot()
      try add(
        DenseLayer(
          weight: numbers.tensor([6, features], scale: scale), bias: numbers.tensor([6])))
      try relu()
      try add(DenseLayer(weight: numbers.tensor([3, 6]), bias: numbers.tensor([3])))
      return try Model(graph, name: name)
    }
  }
}
