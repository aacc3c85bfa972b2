/// A value with some rows replaced, or added to: `ScatterND` at constant positions of its first axes.
///
/// The signal of a replaced row goes to what replaced it.
public struct ScatterLayer: Layer {
  /// One position for each row, all of the same number of axes.
  public var positions: [[Int]]
  /// Whether rows are added to instead of replaced.
  public var isAdding: Bool
  /// The value and the rows, `[N, …]`; either may be constant.
  public var operands: Operands

  /// Creates the layer.
  public init(
    _ positions: [[Int]], isAdding: Bool = false, operands: Operands = Operands(computed: 2)
  ) {
    self.positions = positions
    self.isAdding = isAdding
    self.operands = operands
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let all = try operands.filled(inputs)
    let samples = inputs[0].shape[0]
    func whole(_ tensor: Tensor) throws -> Tensor {
      tensor.shape[0] == samples
        ? tensor : try tensor.expanded(to: [samples] + tensor.shape.dropFirst())
    }
    let (data, rows) = (try whole(all[0]), try whole(all[1]))
    let depth = positions.first?.count ?? 0
    try data.requireRank(atLeast: depth + 1)
    let extents = Array(data.shape[1...depth])
    let rest = Array(data.shape[(depth + 1)...])
    let indices = try RowPositions.merged(positions, over: extents)
    guard rows.count == samples * indices.count * rest.reduce(1, *) else {
      throw InterpretabilityError(
        .invalidInput,
        "rows of shape \(rows.shape) for \(positions.count) positions of \(data.shape)")
    }
    let list = try Tensor(indices.map(Int64.init), shape: [indices.count]).moved(to: data.device)
    let merged = try data.reshaped([samples, extents.reduce(1, *)] + rest)
    let source = try rows.reshaped([samples, indices.count] + rest).converted(to: data.dtype)
    let result =
      try isAdding
      ? Tensor.call(
        "aten::index_add", .tensor(merged), .int(1), .tensor(list), .tensor(source), .double(1))
      : Tensor.call(
        "aten::index_copy", .tensor(merged), .int(1), .tensor(list), .tensor(source))
    return try result.reshaped(data.shape)
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    ScatterLayer(positions, isAdding: isAdding, operands: try operands.mapConstants(transform))
  }

  public var settings: String { "\(positions.count) positions" }
}

extension ScatterLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("ScatterND") { node in
        guard node.inputs.count == 3 else {
          throw InterpretabilityError(
            .invalidFile, "ScatterND has \(node.inputs.count) inputs, wanted 3", node: node.id)
        }
        let reduction = try node.string("reduction", default: "none")
        guard ["none", "add"].contains(reduction) else {
          throw node.unsupported("the reduction \(reduction); none and add are supported")
        }
        if case .node = node.inputs[1] {
          return WritingLayer(
            .positions(depth: try node.int("depth", default: 1)), isAdding: reduction == "add",
            operands: Operands(node))
        }
        let table = try node.requiredConstant(1, "indices")
        return ScatterLayer(
          try RowPositions.stated(table, by: node), isAdding: reduction == "add",
          operands: Operands([node.inputs[0], node.inputs[2]]))
      }
    ]
  }
}
