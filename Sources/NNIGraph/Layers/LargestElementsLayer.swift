/// The largest or smallest elements of an axis, or where they are: `TopK`.
///
/// A derivative goes to the elements that were taken, as at max pooling; where they are carries no signal.
public struct LargestElementsLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// How many.
  public var count: Int
  /// Whether the largest are meant.
  public var isLargest: Bool
  /// Whether the elements' places are wanted and not their values.
  public var isPosition: Bool

  /// Creates the layer.
  public init(axis: Int, count: Int, isLargest: Bool = true, isPosition: Bool = false) {
    self.axis = axis
    self.count = count
    self.isLargest = isLargest
    self.isPosition = isPosition
  }

  public var kind: LayerKind { isPosition ? .discrete : .maxPooling }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let position = try inputs[0].sampleAxis(axis)
    let extent = inputs[0].shape[position]
    guard (1...extent).contains(count) else {
      throw InterpretabilityError(
        .invalidInput, "an axis of extent \(extent) has no \(count) elements")
    }
    // Of equal elements the first comes first, as ONNX has it.
    let places = try Tensor.tensors(
      of: "aten::sort.stable",
      [.tensor(inputs[0]), .bool(true), .int(position), .bool(isLargest)])
    guard places.count == 2 else {
      throw InterpretabilityError(.invalidGraph, "a sort gave \(places.count) values")
    }
    return try places[isPosition ? 1 : 0].narrowed(axis: position, to: 0..<count)
  }

  public var settings: String {
    "\(count) \(isLargest ? "largest" : "smallest") of axis \(axis)" + (isPosition ? ", where" : "")
  }
}

extension LargestElementsLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("TopK", hasManyOutputs: true) { node in
        guard let count = try node.integers(1)?.first ?? node.ints("k")?.first else {
          throw node.unsupported("a number of elements that is not stated")
        }
        return LargestElementsLayer(
          axis: try node.int("axis", default: -1), count: count,
          isLargest: try node.int("largest", default: 1) != 0, isPosition: node.outputIndex == 1)
      }
    ]
  }
}
