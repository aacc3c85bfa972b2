/// Constants before and after each sample along an axis, such as a class token before the others.
public struct SurroundLayer: Layer {
  /// The axis; negative ones count from the end.
  public var axis: Int
  /// What comes before, of extent 1 along the batch axis.
  public var before: Tensor?
  /// What comes after, of extent 1 along the batch axis.
  public var after: Tensor?

  /// Creates the layer.
  public init(axis: Int, before: Tensor? = nil, after: Tensor? = nil) {
    self.axis = axis
    self.before = before
    self.after = after
  }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let input = inputs[0]
    let position = try input.sampleAxis(axis)
    func expanded(_ constant: Tensor) throws -> Tensor {
      var shape = input.shape
      guard constant.rank == shape.count, constant.shape[0] == 1 else {
        throw InterpretabilityError(
          .invalidInput,
          "a constant of shape \(constant.shape) cannot stand beside a value of shape \(shape)")
      }
      shape[position] = constant.shape[position]
      return try constant.expanded(to: shape)
    }
    let parts = [try before.map(expanded), input, try after.map(expanded)].compactMap { $0 }
    return try .concatenated(parts, axis: position)
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    SurroundLayer(axis: axis, before: try before.map(transform), after: try after.map(transform))
  }

  public var settings: String { "axis \(axis)" }
}
