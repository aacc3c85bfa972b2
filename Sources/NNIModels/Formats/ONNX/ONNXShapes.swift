/// Shapes of computed values, found by running the graph on zeros when one is asked for.
struct ONNXShapes {
  private let input: ONNXInput?
  private let inputSpec: InputSpec
  private let dtype: DType
  private var values: [NodeID: Tensor] = [:]

  /// Creates the finder; `inputSpec` tells height and width where the file leaves them open.
  init(_ input: ONNXInput, _ inputSpec: InputSpec) {
    self.input = input
    self.inputSpec = inputSpec
    dtype = input.dtype
  }

  /// Creates the finder for several inputs side by side.
  init(rows count: Int, dtype: DType) {
    input = nil
    inputSpec = InputSpec()
    self.dtype = dtype
    if let zeros = try? Tensor.full([1, count], 0, dtype: dtype) { rows = zeros }
  }

  /// Rows of several inputs.
  private var rows: Tensor?

  /// The shape of a node's value; the first extent is that of some batch.
  ///
  /// - Throws: ``InterpretabilityError`` that names `node`, which asks, when the size of the input is
  ///   not known.
  mutating func shape(of id: NodeID, in graph: Graph, for node: OperatorNode) throws -> [Int] {
    try value(of: id, in: graph, for: node)?.shape ?? []
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
        values[next.id] = try next.layer.forward(next.inputs.compactMap { values[$0] })
      } catch {
        throw InterpretabilityError(
          .invalidFile, "\(next.layer.name) does not fit the input's shape", node: next.id,
          cause: error)
      }
    }
    return values[id]
  }

  private func zeros(for node: OperatorNode) throws -> Tensor {
    if let rows { return rows }
    guard let input else { throw node.unsupported("the network's inputs are too large") }
    var shape = input.shape
    if shape.count == 4, let channels = inputSpec.channelCount {
      let size = inputSpec.size
      let known =
        input.isChannelsLast(size: size)
        ? [nil, size[0], size[1], channels] : [nil, channels, size[0], size[1]]
      shape = zip(shape, known).map { $0 ?? $1 }
    }
    if !shape.isEmpty { shape[0] = 1 }
    let extents = shape.compactMap { $0 }
    guard !extents.isEmpty, extents.count == shape.count else {
      throw node.unsupported(
        "it needs the size of the input, which the file leaves open; export with a fixed size or "
          + "state input_spec")
    }
    guard let count = TensorSize.count(of: extents), count <= TensorSize.limit else {
      throw InterpretabilityError(.invalidFile, "an input of shape \(extents) is too large")
    }
    return try Tensor.full(extents, 0, dtype: dtype)
  }
}
