/// A network whose tokens come as vectors: what a map of tokens is computed on.
public struct EmbeddedModel: Sendable {
  /// The network, with the vectors as one more of its inputs.
  public let model: Model
  /// The vectors among the inputs.
  public let vectors: InputPart
  /// The rows of the table.
  public let table: Tensor
  private let source: Model
  private let node: NodeID

  /// The network with the vectors that one of its inputs is looked up by in place of that look-up.
  ///
  /// Where the same table is looked up by them several times, as by the members of one network that is made of
  /// several, the vectors are the same. Where the ids are read elsewhere, too, they stay as they are.
  ///
  /// - Parameters:
  ///   - name: An input of whole numbers.
  ///   - model: The network.
  /// - Throws: ``InterpretabilityError`` when the network looks nothing up by that input.
  public init(_ name: String, of model: Model) throws {
    source = model
    let graph = model.graph
    let part = try model.input(named: name)
    let input = NodeID(name)
    let lookups = graph.nodes.filter { node in
      node.layer is EmbeddingLayer && graph.moves(node.inputIndices[0], from: input) != nil
    }
    guard let node = lookups.first, let layer = node.layer as? EmbeddingLayer,
      let moves = graph.moves(node.inputIndices[0], from: input)
    else {
      throw InterpretabilityError(
        .unsupported, "the network looks up no vectors by its input “\(name)”", node: input)
    }
    self.node = node.id
    table = layer.table
    let shape = part.shape + layer.table.shape.dropFirst()
    vectors = InputPart(
      name: node.id.name, shape: shape, type: layer.table.dtype, start: model.rowWidth)
    // The ids may come in another shape than the input's.
    let ids = try moves.reduce(Tensor.full([1] + part.shape, 0)) { try $1.forward([$0]) }
    let ownShape = ids.shape.dropFirst() + layer.table.shape.dropFirst()
    let own = layer.table
    let alike = try Set(
      lookups.filter { other in
        guard let table = (other.layer as? EmbeddingLayer)?.table, table.shape == own.shape else {
          return false
        }
        return try other.id == node.id || (table - own).squared().sum().item() == 0
      }.map(\.id))
    var changed = Graph(input: graph.input)
    for other in graph.nodes.dropFirst() {
      if alike.contains(other.id) {
        try changed.add(
          InputPartLayer(start: vectors.start, shape: Array(ownShape), type: vectors.type),
          as: other.id,
          after: [graph.input])
      } else {
        try changed.add(other.layer, as: other.id, after: other.inputs)
      }
    }
    try changed.setOutput(graph.output)
    var embedded = model
    embedded.graph = changed
    embedded.inputs.append(vectors)
    self.model = embedded
  }

  /// Rows of the network's inputs with the vectors behind them.
  public func rows(_ rows: Tensor) throws -> Tensor {
    let values = try source.graph.forward(rows, to: node)
    return try .concatenated(
      [rows, values.reshaped([rows.shape[0], vectors.count]).converted(to: rows.dtype)], axis: 1)
  }
}

extension Model {
  /// Whether vectors are looked up by an input.
  public func looksUp(_ name: String) -> Bool {
    graph.nodes.contains {
      $0.layer is EmbeddingLayer && graph.moves($0.inputIndices[0], from: NodeID(name)) != nil
    }
  }
}

extension Graph {
  /// The layers between two values that have the same elements in the same order, but for conversions.
  ///
  /// - Returns: `nil` where a value is another.
  fileprivate func moves(_ index: Int, from id: NodeID) -> [any Layer]? {
    var index = index
    var layers: [any Layer] = []
    while nodes[index].id != id {
      let layer = nodes[index].layer
      let isMove =
        layer is ConversionLayer || layer is IdentityLayer || layer is ReshapeLayer
        || layer is FlattenLayer || layer is UnitAxesLayer
        || (layer as? TransposeLayer).map { $0.order == Array($0.order.indices) } ?? false
      guard isMove, let source = nodes[index].inputIndices.first else { return nil }
      layers.insert(layer, at: 0)
      index = source
    }
    return layers
  }
}
