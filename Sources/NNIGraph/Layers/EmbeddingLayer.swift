/// Rows of a table, chosen by whole numbers: the vectors of tokens or categories.
///
/// Signals end here: the table's rows are what a map of tokens is read from.
public struct EmbeddingLayer: Layer {
  /// The rows.
  public var table: Tensor

  /// Creates the layer.
  public init(table: Tensor) { self.table = table }

  public var kind: LayerKind { .embedding }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let ids = inputs[0]
    let count = table.shape[0]
    let flat = try ids.converted(to: .int64).flattened()
    let low = try flat.minimum(over: [0]).item()
    let high = try flat.maximum(over: [0]).item()
    guard low >= Double(-count), high < Double(count) else {
      throw InterpretabilityError(
        .invalidInput,
        "the number \(Int(low < Double(-count) ? low : high)) chooses no row of a table of \(count)"
      )
    }
    let rows =
      low < 0 ? try Tensor.call("aten::remainder.Scalar", .tensor(flat), .int(count)) : flat
    return try Tensor.call("aten::index_select", .tensor(table), .int(0), .tensor(rows))
      .reshaped(ids.shape + table.shape.dropFirst())
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    EmbeddingLayer(table: table.dtype.isFloatingPoint ? try transform(table) : table)
  }

  public var settings: String { "\(table.shape[0]) rows" }
}
