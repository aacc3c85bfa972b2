/// `(x − mean) / √(mean (x − mean)² + ε)` over some axes of each sample, or `x / √(mean x² + ε)`: layer and
/// RMS normalisation before their scale and shift.
///
/// Files that spell a normalisation out become this layer; see ``FuseStatisticsRewrite``.
///
/// - Reference: Ba, Kiros and Hinton 2016, *Layer Normalization*, equation 3 (`ba2016layer`); Zhang and
///   Sennrich 2019, *Root Mean Square Layer Normalization*, equation 4 (`zhang2019root`).
public struct UnscaledNormLayer: Layer {
  /// The axes of the statistics, not the samples'; negative ones count from the end.
  public var axes: [Int]
  /// Whether the mean is taken away.
  public var isCentred: Bool
  /// ε, added to the mean of the squares.
  public var epsilon: Double

  /// Creates the layer.
  public init(over axes: [Int], isCentred: Bool = true, epsilon: Double = 1e-5) {
    self.axes = axes
    self.isCentred = isCentred
    self.epsilon = epsilon
  }

  public var kind: LayerKind { .normalization }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    let positions = try axes.map { try x.sampleAxis($0) }.sorted()
    if isCentred, positions == Array(x.rank - positions.count..<x.rank) {
      return try .call(
        "aten::layer_norm", .tensor(x), .ints(positions.map { x.shape[$0] }), .none, .none,
        .double(epsilon), .bool(false))
    }
    let a = isCentred ? try x - x.mean(over: positions, keepingAxes: true) : x
    let square = try a.squared().mean(over: positions, keepingAxes: true)
    return try a * Tensor.call("aten::rsqrt", .tensor(square + epsilon))
  }

  public var settings: String { "\(isCentred ? "layer" : "RMS") norm over axes \(axes)" }
}
