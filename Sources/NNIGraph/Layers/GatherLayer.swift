/// Chosen elements of an axis, in the order of `indices`.
public struct GatherLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// Which elements; negative ones count from the end.
  public var indices: [Int]
  /// Whether the axis stays when one element is chosen.
  public var isKeepingAxis: Bool
  /// The axes that come in the place of the one that is chosen from; `nil` for one.
  public var indexShape: [Int]?

  /// Creates the layer.
  public init(axis: Int, indices: [Int], isKeepingAxis: Bool = true) {
    self.axis = axis
    self.indices = indices
    self.isKeepingAxis = isKeepingAxis
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let position = try inputs[0].sampleAxis(axis)
    let extent = inputs[0].shape[position]
    let positions = indices.map { $0 < 0 ? $0 + extent : $0 }
    guard positions.allSatisfy({ (0..<extent).contains($0) }) else {
      throw InterpretabilityError(
        .invalidInput, "indices \(indices) of an axis of extent \(extent) do not exist")
    }
    if !isKeepingAxis, positions.count == 1 {
      return try inputs[0].selected(axis: position, index: positions[0])
    }
    let list = try Tensor(positions.map(Int64.init), shape: [positions.count])
      .moved(to: inputs[0].device)
    let chosen = try Tensor.call(
      "aten::index_select", .tensor(inputs[0]), .int(position), .tensor(list))
    guard let indexShape else { return chosen }
    let shape = inputs[0].shape
    return try chosen.reshaped(shape[..<position] + indexShape + shape[(position + 1)...])
  }

  public var settings: String { "axis \(axis): \(indices)" }
}

extension GatherLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Gather") { node in
        if let computed = try IndexingLayer(computed: node) { return computed }
        let axis = try node.int("axis", default: 0)
        if case .constant(let table) = node.inputs.first, axis == 0 {
          guard table.rank > 0 else { throw node.unsupported("a table without rows") }
          return EmbeddingLayer(table: table)
        }
        guard axis != 0, case .node = node.inputs.first else {
          throw node.unsupported("only constant indices of an axis that is not the batch's")
        }
        let shape = try node.requiredConstant(1, "indices").shape
        guard let indices = try node.integers(1), !indices.isEmpty else {
          throw InterpretabilityError(.invalidFile, "Gather: no indices", node: node.id)
        }
        var layer = GatherLayer(axis: axis, indices: indices, isKeepingAxis: !shape.isEmpty)
        if shape.count > 1 { layer.indexShape = shape }
        return layer
      }
    ]
  }
}
