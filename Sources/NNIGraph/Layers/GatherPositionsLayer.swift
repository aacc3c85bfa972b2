/// Elements at constant positions of the first axes after the batch's, as `GatherND` takes them.
public struct GatherPositionsLayer: Layer {
  /// One position for each element, all of the same number of axes.
  public var positions: [[Int]]
  /// The shape in which the elements are arranged.
  public var shape: [Int]

  /// Creates the layer.
  public init(_ positions: [[Int]], shape: [Int]) {
    self.positions = positions
    self.shape = shape
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let old = inputs[0].shape
    let depth = positions.first?.count ?? 0
    try inputs[0].requireRank(atLeast: depth + 1)
    let extents = Array(old[1...depth])
    let indices = try RowPositions.merged(positions, over: extents)
    let list = try Tensor(indices.map(Int64.init), shape: [indices.count])
      .moved(to: inputs[0].device)
    let rest = Array(old[(depth + 1)...])
    let merged = try inputs[0].reshaped([old[0], extents.reduce(1, *)] + rest)
    return try Tensor.call("aten::index_select", .tensor(merged), .int(1), .tensor(list))
      .reshaped([old[0]] + shape + rest)
  }

  public var settings: String { "\(positions.count) positions" }
}

extension GatherPositionsLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("GatherND") { node in
        if let computed = try IndexingLayer(computed: node) { return computed }
        let table = try node.requiredConstant(1, "indices")
        // The reader states whether the batch lies behind the axes that are indexed.
        guard case .node = node.inputs.first, try node.int("batch_dims", default: 0) == 0,
          try node.int("indexes_samples", default: 1) == 0
        else {
          throw node.unsupported("indices of the batch; constant ones of other axes are read")
        }
        guard table.count > 0 else { throw node.unsupported("indices of shape \(table.shape)") }
        return GatherPositionsLayer(
          try RowPositions.stated(table, by: node), shape: Array(table.shape.dropLast()))
      }
    ]
  }
}
