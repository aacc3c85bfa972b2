/// For each whole number a new axis that has one value at the number's place and another elsewhere: `OneHot`; carries
/// no signal.
public struct OneHotLayer: Layer {
  /// The new axis, in the result.
  public var axis: Int
  /// Its extent; numbers below zero count from its end, and those beyond it are nowhere.
  public var depth: Int
  /// The value elsewhere, and the one at the number's place: two numbers.
  public var values: Tensor

  /// Creates the layer.
  public init(axis: Int, depth: Int, values: Tensor) {
    self.axis = axis
    self.depth = depth
    self.values = values
  }

  public var kind: LayerKind { .discrete }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let rank = inputs[0].rank + 1
    let position = axis < 0 ? axis + rank : axis
    guard position > 0, position < rank else {
      throw InterpretabilityError(
        .invalidInput, "axis \(axis) of \(rank) is the batch's or does not exist")
    }
    let ids = try inputs[0].converted(to: .int64).unsqueezed(position)
    var shape = [Int](repeating: 1, count: rank)
    shape[position] = depth
    let range = try Tensor((0..<depth).map { Int64($0) }, shape: shape).moved(to: ids.device)
    let below = try range - Double(depth)
    let isHot = try Tensor.call(
      "aten::logical_or", .tensor(.call("aten::eq.Tensor", .tensor(ids), .tensor(range))),
      .tensor(.call("aten::eq.Tensor", .tensor(ids), .tensor(below))))
    let pair = try values.flattened()
    return try .call(
      "aten::where.self", .tensor(isHot), .tensor(pair.selected(axis: 0, index: 1)),
      .tensor(pair.selected(axis: 0, index: 0)))
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    guard values.dtype.isFloatingPoint else { return self }
    var copy = self
    copy.values = try transform(values)
    return copy
  }

  public var settings: String { "axis \(axis), \(depth)" }
}

extension OneHotLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("OneHot") { node in
        let stated = try node.requiredConstant(1, "depth")
        let values = try node.requiredConstant(2, "values")
        guard stated.count == 1, values.count == 2,
          (1...Double(1 << 20)).contains(try stated.item())
        else {
          throw node.unsupported(
            "a depth of shape \(stated.shape) and \(values.count) values; wanted a number up to \(1 << 20) and two "
              + "values")
        }
        let depth = Int(try stated.item())
        return OneHotLayer(axis: try node.int("axis", default: -1), depth: depth, values: values)
      }
    ]
  }
}
