/// Shapes of computed values, found by running the graph on zeros when one is asked for.
struct ONNXShapes {
  private let sample: [Int]?
  private let dtype: DType
  private var values: [NodeID: Tensor] = [:]
  /// Whether the graph may depend on a shape that was asked for.
  var isAsked = false
  /// Whether the network could not take the size.
  private(set) var hasFailed = false

  /// Creates the finder.
  ///
  /// - Parameters:
  ///   - sample: The shape of one sample of the graph's input; `nil` where not even its axes are known.
  ///   - dtype: The type of its values.
  init(sample: [Int]?, dtype: DType) {
    self.sample = sample
    self.dtype = dtype
  }

  /// The shape of a node's value; the first extent is that of some batch.
  ///
  /// - Throws: ``InterpretabilityError`` that names `node`, which asks, when the size of the input is
  ///   not known.
  mutating func shape(of id: NodeID, in graph: Graph, for node: OperatorNode) throws -> [Int] {
    isAsked = true
    return try value(of: id, in: graph, for: node)?.shape ?? []
  }

  /// The number of axes of a node's value, which does not depend on the input's size.
  mutating func rank(of id: NodeID, in graph: Graph, for node: OperatorNode) throws -> Int {
    try value(of: id, in: graph, for: node)?.rank ?? 0
  }

  /// The type of a node's value.
  mutating func type(of id: NodeID, in graph: Graph, for node: OperatorNode) throws -> DType {
    try value(of: id, in: graph, for: node)?.dtype ?? .float32
  }

  private mutating func value(
    of id: NodeID, in graph: Graph, for node: OperatorNode
  ) throws -> Tensor? {
    if let known = values[id] { return known }
    if values[graph.input] == nil { values[graph.input] = try zeros(for: node) }
    // Only what is not known yet, so that a file is gone through once.
    var needed: Set<Int> = []
    var stack = [try graph.index(of: id)]
    while let index = stack.popLast() {
      guard values[graph.nodes[index].id] == nil, needed.insert(index).inserted else { continue }
      stack += graph.nodes[index].inputIndices
    }
    for index in needed.sorted() {
      let next = graph.nodes[index]
      do {
        values[next.id] = try Self.value(of: next.layer, next.inputs.compactMap { values[$0] })
      } catch {
        hasFailed = true
        throw InterpretabilityError(
          .invalidFile, "\(next.layer.name) does not fit the input's shape", node: next.id,
          cause: error)
      }
    }
    return values[id]
  }

  /// A layer's value; one zero stands for all of a large one, of which only shape and type are asked.
  private static func value(of layer: any Layer, _ inputs: [Tensor]) throws -> Tensor {
    // Products cost the most, and arrange their weights.
    if let dense = layer as? DenseLayer, let input = inputs.first, input.rank > 1,
      input.shape.last == dense.weight.shape[1]
    {
      return try zero(input.shape.dropLast() + [dense.weight.shape[0]], input.dtype)
    }
    let value = try layer.forward(inputs)
    guard value.dtype.isFloatingPoint, value.count >= 1 << 14 else { return value }
    return try zero(value.shape, value.dtype)
  }

  /// One zero, repeated.
  private static func zero(_ shape: [Int], _ dtype: DType) throws -> Tensor {
    try Tensor.full(shape.map { _ in 1 }, 0, dtype: dtype).expanded(to: shape)
  }

  private func zeros(for node: OperatorNode) throws -> Tensor {
    guard let sample else {
      throw node.unsupported(
        "it needs the size of the input, of which the file states nothing; export it with a stated shape"
      )
    }
    let extents = [1] + sample
    guard let count = TensorSize.count(of: extents), count <= TensorSize.limit else {
      throw InterpretabilityError(.invalidFile, "an input of shape \(extents) is too large")
    }
    return try Tensor.full(extents, 0, dtype: dtype)
  }
}
