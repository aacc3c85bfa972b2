/// One factor and one summand for each channel of `[N, C, …]`: what batch norm is in inference.
public struct ChannelAffineLayer: LinearLayer {
  /// The factors, `[C]`.
  public var weight: Tensor
  /// The summands, `[C]`.
  public var bias: Tensor?

  /// Creates the layer.
  public init(weight: Tensor, bias: Tensor? = nil) {
    self.weight = weight
    self.bias = bias
  }

  public var kind: LayerKind { .affine }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let rank = inputs[0].rank
    let scaled = try inputs[0] * weight.aligned(toAxis: 1, rank: rank)
    return try alignedBias(rank: rank).map { try scaled + $0 } ?? scaled
  }

  public func alignedBias(rank: Int) throws -> Tensor? {
    try bias?.aligned(toAxis: 1, rank: rank)
  }

  public var settings: String { "\(weight.count) channels" }
}
