/// Axes of extent 1 repeated to others' extents, as broadcasting does.
public struct ExpandLayer: Layer {
  /// The extents of the last axes; 1 keeps the input's.
  public var shape: [Int]

  /// Creates the layer.
  public init(_ shape: [Int]) { self.shape = shape }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let old = inputs[0].shape
    let isWithin = shape.count < old.count || (shape.count == old.count && shape[0] == 1)
    guard isWithin else {
      throw InterpretabilityError(
        .invalidInput, "the shape \(shape) would repeat the batch of a value of shape \(old)")
    }
    let wanted = [Int](repeating: 1, count: old.count - shape.count) + shape
    let new = try zip(old, wanted).map { pair in
      guard pair.0 == pair.1 || pair.0 == 1 || pair.1 == 1 else {
        throw InterpretabilityError(
          .invalidInput, "a value of shape \(old) cannot be expanded to \(shape)")
      }
      return pair.0 == 1 ? pair.1 : pair.0
    }
    return new == old ? inputs[0] : try inputs[0].expanded(to: new)
  }

  public var settings: String { "to \(shape)" }
}

extension ExpandLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Expand") { node in
        // The reader writes 1 for the batch's extent.
        guard let shape = try node.integers(1), shape.allSatisfy({ $0 > 0 }) else {
          throw node.unsupported("a shape that is not stated, or an extent below 1")
        }
        return ExpandLayer(shape)
      }
    ]
  }
}
