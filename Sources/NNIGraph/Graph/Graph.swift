/// A neural network: layers at nodes, in topological order.
///
/// A chain, a skip connection, a concatenation, a layer used twice are the same thing here: a node
/// names the nodes that feed it. Nothing depends on containers, class names or hooks.
///
/// ```swift
/// var graph = Graph(input: "image")
/// try graph.add(convolution, as: "conv", after: ["image"])
/// try graph.add(ActivationLayer(.relu), as: "relu", after: ["conv"])
/// try graph.add(SumLayer(), as: "sum", after: ["conv", "relu"])
/// ```
public struct Graph: Sendable {
  /// A layer at work: where its inputs come from.
  public struct Node: Sendable, Identifiable {
    public let id: NodeID
    /// What the node computes; a copy of it may stand at other nodes too.
    public var layer: any Layer
    /// The nodes that feed it, in the order of the layer's inputs.
    public let inputs: [NodeID]
    /// Their positions in ``Graph/nodes``.
    package let inputIndices: [Int]
  }

  /// All nodes, the input first; each comes after those that feed it.
  public private(set) var nodes: [Node]
  /// The node whose value is the network's: the last one added, unless set.
  public private(set) var output: NodeID
  private var indices: [NodeID: Int]

  /// A graph with nothing but its input.
  public init(input: NodeID = "input") {
    nodes = [Node(id: input, layer: InputLayer(), inputs: [], inputIndices: [])]
    output = input
    indices = [input: 0]
  }

  /// The node that takes the network's input.
  public var input: NodeID { nodes[0].id }

  /// Adds a layer, and makes it the output.
  ///
  /// - Throws: ``InterpretabilityError`` when the name is taken or an input is unknown.
  @discardableResult
  public mutating func add(
    _ layer: any Layer, as id: NodeID, after inputs: [NodeID]
  ) throws -> NodeID {
    guard indices[id] == nil else {
      throw InterpretabilityError(.invalidGraph, "the name is used twice", node: id)
    }
    let sources = try inputs.map { input in
      guard let index = indices[input] else {
        throw InterpretabilityError(
          .invalidGraph, "its input \(input) is not in the graph before it", node: id)
      }
      return index
    }
    indices[id] = nodes.count
    nodes.append(Node(id: id, layer: layer, inputs: inputs, inputIndices: sources))
    output = id
    return id
  }

  /// Makes `id` the node whose value is the network's.
  public mutating func setOutput(_ id: NodeID) throws {
    _ = try index(of: id)
    output = id
  }

  /// The node of that name.
  ///
  /// - Throws: ``InterpretabilityError`` that lists the nearest names.
  public subscript(id: NodeID) -> Node {
    get throws { nodes[try index(of: id)] }
  }

  /// Replaces the layer at a node; where it stands stays the same.
  public mutating func setLayer(_ layer: any Layer, at id: NodeID) throws {
    nodes[try index(of: id)].layer = layer
  }

  /// The position of a node in ``nodes``.
  package func index(of id: NodeID) throws -> Int {
    if let index = indices[id] { return index }
    throw InterpretabilityError(
      .invalidGraph,
      "there is no node named “\(id)”"
        + Wording.suggestion(for: id.name, among: nodes.map(\.id.name)))
  }

  /// The position of the output in ``nodes``.
  package var outputIndex: Int { indices[output] ?? 0 }
}

extension Graph {
  /// How many nodes use the value of each node; the output counts as a use.
  var useCounts: [Int] {
    var counts = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for index in node.inputIndices { counts[index] += 1 } }
    counts[outputIndex] += 1
    return counts
  }

  /// For each node, whether the value of `target` depends on it (itself included).
  package func isAncestor(of target: Int) -> [Bool] { isAncestor(of: [target]) }

  /// For each node, whether one of `targets` depends on it (themselves included).
  package func isAncestor(of targets: some Collection<Int>) -> [Bool] {
    var reached = [Bool](repeating: false, count: nodes.count)
    for target in targets { reached[target] = true }
    for index in stride(from: targets.max() ?? -1, through: 0, by: -1) where reached[index] {
      for source in nodes[index].inputIndices { reached[source] = true }
    }
    return reached
  }

  /// For each node, whether a signal at it finds its way back to one of `sources` (themselves included).
  package func leadsBack(to sources: some Sequence<Int>) -> [Bool] {
    var reached = [Bool](repeating: false, count: nodes.count)
    for source in sources { reached[source] = true }
    for (index, node) in nodes.enumerated() where !reached[index] && node.layer.kind.carriesSignal {
      reached[index] = node.inputIndices.contains { reached[$0] }
    }
    return reached
  }

  /// For each node, whether it depends on one of `sources` (themselves included).
  package func isDescendant(of sources: some Sequence<Int>) -> [Bool] {
    var reached = [Bool](repeating: false, count: nodes.count)
    for source in sources { reached[source] = true }
    for (index, node) in nodes.enumerated() where !reached[index] {
      reached[index] = node.inputIndices.contains { reached[$0] }
    }
    return reached
  }

  /// The same graph with each parameter replaced by `transform` of it.
  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Graph {
    var copy = self
    for index in nodes.indices {
      copy.nodes[index].layer = try nodes[index].layer.mapParameters(transform)
    }
    return copy
  }

  /// Which kernels compute the convolutions; ``ConvolutionAlgorithm/direct`` only if all are.
  public var convolutionAlgorithm: ConvolutionAlgorithm {
    get {
      let all = nodes.compactMap { ($0.layer as? ConvolutionLayer)?.algorithm }
      return all.contains(.automatic) ? .automatic : .direct
    }
    set {
      for index in nodes.indices {
        guard var layer = nodes[index].layer as? ConvolutionLayer else { continue }
        layer.algorithm = newValue
        nodes[index].layer = layer
      }
    }
  }

  /// In which numbers convolutions and dense layers multiply; ``ProductPrecision/full`` only if all do.
  public var productPrecision: ProductPrecision {
    get {
      let isNarrow = nodes.contains { node in
        (node.layer as? ConvolutionLayer)?.precision == .bfloat16
          || (node.layer as? DenseLayer)?.precision == .bfloat16
      }
      return isNarrow ? .bfloat16 : .full
    }
    set {
      for index in nodes.indices {
        if var layer = nodes[index].layer as? ConvolutionLayer {
          layer.precision = newValue
          nodes[index].layer = layer
        } else if var layer = nodes[index].layer as? DenseLayer {
          layer.precision = newValue
          nodes[index].layer = layer
        }
      }
    }
  }

  /// How many numbers the network has learnt (and recorded, such as running means).
  public var parameterCount: Int {
    get throws {
      var count = 0
      for node in nodes { count += try node.layer.parameterCount }
      return count
    }
  }

  /// The element type of the parameters: float64 if one is, and float32 otherwise.
  public var parameterType: DType {
    get throws {
      var isDouble = false
      for node in nodes where !isDouble {
        _ = try node.layer.mapParameters {
          isDouble = isDouble || $0.dtype == .float64
          return $0
        }
      }
      return isDouble ? .float64 : .float32
    }
  }

  /// Where the parameters lie; the processor where there are none.
  public var device: Device {
    get throws {
      var found: Device?
      for node in nodes where found == nil {
        _ = try node.layer.mapParameters {
          found = found ?? $0.device
          return $0
        }
      }
      return found ?? .cpu
    }
  }
}
