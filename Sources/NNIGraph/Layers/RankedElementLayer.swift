/// The element of an axis with a rank: 1 is the largest, 2 the runner-up.
///
/// The axis stays with extent 1. A derivative goes to that element alone, as at max pooling; DeepLIFT's
/// rule for max pooling does not know ranks and refuses it.
public struct RankedElementLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// The rank, from 1.
  public var rank: Int

  /// Creates the layer.
  public init(axis: Int, rank: Int) {
    self.axis = axis
    self.rank = rank
  }

  public var kind: LayerKind { .maxPooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let position = try inputs[0].sampleAxis(axis)
    let extent = inputs[0].shape[position]
    guard (1...extent).contains(rank) else {
      throw InterpretabilityError(
        .invalidInput, "an axis of extent \(extent) has no element of rank \(rank)")
    }
    let sorted = try Tensor.call(
      "aten::sort", .tensor(inputs[0]), .int(position), .bool(true))
    return try sorted.narrowed(axis: position, to: rank - 1..<rank)
  }

  public var settings: String { "axis \(axis), rank \(rank)" }
}
