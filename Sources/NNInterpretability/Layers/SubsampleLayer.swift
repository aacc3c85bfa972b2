/// Every second (third, …) row and column of `[N, C, …]`, beginning with the first.
public struct SubsampleLayer: Layer {
  /// The distance between what is kept, along each spatial axis.
  public var stride: [Int]

  /// Creates the layer.
  public init(stride: [Int]) { self.stride = stride }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    var tensor = inputs[0]
    for (axis, step) in stride.enumerated() {
      tensor = try .call(
        "aten::slice.Tensor", .tensor(tensor), .int(axis + 2), .int(0), .int(Int.max), .int(step))
    }
    return tensor
  }

  public var settings: String { "stride \(stride)" }
}
