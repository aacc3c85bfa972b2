/// A value that is the same for every sample, whatever comes in, and carries no signal.
///
/// It stands for an input that is held while another one is explained.
public struct FixedValueLayer: Layer {
  /// The value for one sample, `[1, …]`.
  public var value: Tensor

  /// Creates the layer.
  ///
  /// - Parameter value: The value for one sample, `[1, …]`.
  public init(_ value: Tensor) {
    self.value = value
  }

  public var kind: LayerKind { .discrete }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let own = value.dtype.isFloatingPoint ? try value.converted(to: inputs[0].dtype) : value
    return try own.expanded(to: [inputs[0].shape[0]] + value.shape.dropFirst())
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    FixedValueLayer(try transform(value))
  }

  public var settings: String { "\(value.shape)" }
}
