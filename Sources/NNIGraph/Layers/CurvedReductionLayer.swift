/// A function of all elements along some axes that is no sum of them: their norm, product, or the
/// logarithm of the sum of their exponentials.
///
/// LRP passes its derivative, which for a norm conserves relevance; DeepLIFT averages its derivative along the
/// path.
public struct CurvedReductionLayer: Layer {
  /// Which function.
  public enum Function: String, Sendable, CaseIterable {
    /// `√Σ x²`; the derivative at zero is zero.
    case norm
    /// `log Σ exp x`
    case logSumExponential
    /// `Π x`
    case product
  }

  /// Which function.
  public var function: Function
  /// The axes; negative ones count from the end.
  public var axes: [Int]
  /// Whether the axes stay with extent 1.
  public var isKeepingAxes: Bool

  /// Creates the layer.
  public init(_ function: Function, over axes: [Int], isKeepingAxes: Bool) {
    self.function = function
    self.axes = axes
    self.isKeepingAxes = isKeepingAxes
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let positions = try Set(axes.map { try inputs[0].sampleAxis($0) }).sorted()
    switch function {
    case .norm:
      return try .call(
        "aten::linalg_vector_norm", .tensor(inputs[0]), .double(2), .ints(positions),
        .bool(isKeepingAxes))
    case .logSumExponential:
      return try .call(
        "aten::logsumexp", .tensor(inputs[0]), .ints(positions), .bool(isKeepingAxes))
    case .product:
      return try positions.reversed().reduce(inputs[0]) {
        try .call("aten::prod.dim_int", .tensor($0), .int($1), .bool(isKeepingAxes))
      }
    }
  }

  public var settings: String { "\(function.rawValue) over axes \(axes)" }
}
