/// One of several inputs, cut out of the rows `[N, elements]` that hold them all side by side.
public struct InputPartLayer: Layer {
  /// Where it begins in a row.
  public var start: Int
  /// The shape of one sample.
  public var shape: [Int]
  /// The type of its values; real numbers stay as they are.
  public var type: DType

  /// Creates the layer.
  public init(start: Int, shape: [Int], type: DType) {
    self.start = start
    self.shape = shape
    self.type = type
  }

  /// How many elements one sample has.
  public var count: Int { shape.reduce(1, *) }

  public var kind: LayerKind { type.isFloatingPoint ? .structural : .discrete }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let rows = inputs[0]
    guard rows.rank == 2, rows.shape[1] >= start + count else {
      throw InterpretabilityError(
        .invalidInput,
        "several inputs come side by side, [N, elements]; this one has shape \(rows.shape)")
    }
    let part = try rows.narrowed(axis: 1, to: start..<(start + count))
      .reshaped([rows.shape[0]] + shape)
    return type.isFloatingPoint ? part : try part.converted(to: type)
  }

  public var settings: String { type.isFloatingPoint ? "\(shape)" : "\(type) \(shape)" }
}
