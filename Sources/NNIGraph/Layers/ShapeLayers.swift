/// All axes from one on as one: `[N, C, H, W]` becomes `[N, C·H·W]`.
public struct FlattenLayer: Layer {
  /// The first axis that is merged; at least 1.
  public var axis: Int

  /// Creates the layer.
  public init(axis: Int = 1) { self.axis = axis }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let shape = inputs[0].shape
    guard axis > 1, axis < shape.count else { return try inputs[0].flattened(from: 1) }
    // ONNX's Flatten always gives two axes.
    return try inputs[0].reshaped([
      shape[..<axis].reduce(1, *), shape[axis...].reduce(1, *),
    ])
  }
}

extension FlattenLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Flatten") { node in
        let axis = try node.int("axis", default: 1)
        guard axis == 1 else {
          throw node.unsupported(
            "axis \(axis) would merge channels or samples; axis 1 is supported")
        }
        return FlattenLayer(axis: axis)
      }
    ]
  }
}

/// Each sample in another shape.
public struct ReshapeLayer: Layer {
  /// The shape of one sample; one extent may be -1, and 0 keeps the input's extent.
  public var shape: [Int]

  /// Creates the layer; the batch axis is not part of `shape`.
  public init(_ shape: [Int]) { self.shape = shape }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let input = inputs[0].shape
    let target = shape.enumerated().map { offset, extent in
      extent == 0 && offset + 1 < input.count ? input[offset + 1] : extent
    }
    return try inputs[0].reshaped([input[0]] + target)
  }

  public var settings: String { "to \(shape)" }
}

extension ReshapeLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Reshape") { node in
        let shape = try node.integers(1) ?? node.ints("shape") ?? []
        let allowsZero = try node.int("allowzero", default: 0) == 1
        guard let batch = shape.first, batch == -1 || (batch == 0 && !allowsZero),
          shape.dropFirst().allSatisfy({ $0 > 0 || $0 == -1 || ($0 == 0 && !allowsZero) }),
          shape.count(where: { $0 == -1 }) <= 1
        else {
          throw node.unsupported(
            "the shape \(shape) does not keep the batch as the first axis; wanted [-1, …] or [0, …]"
          )
        }
        let sample = Array(shape.dropFirst())
        return sample == [-1] ? FlattenLayer() : ReshapeLayer(sample)
      }
    ]
  }
}

/// The axes in another order; the batch stays first.
public struct TransposeLayer: Layer {
  /// For each axis of the output, the input's.
  public var order: [Int]

  /// Creates the layer.
  public init(_ order: [Int]) { self.order = order }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].permuted(order) }

  public var settings: String { "\(order)" }
}

extension TransposeLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Transpose") { node in
        guard let order = try node.ints("perm"), order.first == 0 else {
          throw node.unsupported("an order of axes that moves the batch")
        }
        return TransposeLayer(order)
      }
    ]
  }
}

/// Axes of extent 1 taken away or put in.
public struct UnitAxesLayer: Layer {
  /// The axes, in the shape with them, in rising order.
  public var axes: [Int]
  /// Whether they are put in.
  public var isInserting: Bool

  /// Creates the layer.
  public init(_ axes: [Int], isInserting: Bool) {
    self.axes = axes
    self.isInserting = isInserting
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var tensor = inputs[0]
    let rank = tensor.rank + (isInserting ? axes.count : 0)
    let positions = axes.map { $0 < 0 ? $0 + rank : $0 }.sorted()
    guard positions.allSatisfy({ (1..<max(rank, 2)).contains($0) }) else {
      throw InterpretabilityError(
        .invalidInput, "axes \(axes) of \(rank) are the batch's or do not exist")
    }
    for axis in isInserting ? positions : positions.reversed() {
      tensor =
        isInserting
        ? try tensor.unsqueezed(axis)
        : try .call("aten::squeeze.dim", .tensor(tensor), .int(axis))
    }
    return tensor
  }

  public var settings: String { "\(isInserting ? "insert" : "remove") \(axes)" }
}

extension UnitAxesLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [("Squeeze", false), ("Unsqueeze", true)].map { name, isInserting in
      OperatorEntry(name) { node in
        // The axes are an attribute up to operator set 12, an input from 13 on.
        let axes = try node.integers(1) ?? node.ints("axes")
        guard let axes, !axes.contains(0) else {
          throw node.unsupported("axes that are not stated or include the batch")
        }
        return UnitAxesLayer(axes, isInserting: isInserting)
      }
    }
  }
}
