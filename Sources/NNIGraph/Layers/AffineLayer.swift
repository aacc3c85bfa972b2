/// `z = w ⊙ a + b`, where weight and bias broadcast over the input: a constant factor or summand, or
/// batch norm in inference as one scale and one shift for each channel.
public struct AffineLayer: LinearLayer {
  public var weight: Tensor
  public var bias: Tensor?

  /// Creates the layer; both tensors must broadcast over the input, as `[C, 1, 1]` does over
  /// `[N, C, H, W]`.
  public init(weight: Tensor, bias: Tensor? = nil) {
    self.weight = weight
    self.bias = bias
  }

  public var kind: LayerKind { .affine }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let scaled = try inputs[0] * weight
    return try bias.map { try scaled + $0 } ?? scaled
  }

  public func alignedBias(rank: Int) throws -> Tensor? { bias }

  public var settings: String { "scale \(weight.shape)" }
}

extension AffineLayer: LocalLayer {
  /// `nil` where weights differ from place to place.
  public func view(of shapes: [[Int]]) -> LocalView? {
    let parameters = [weight] + (bias.map { [$0] } ?? [])
    let isUniform = parameters.allSatisfy {
      $0.rank <= 4 && $0.shape.suffix(2).allSatisfy { $0 == 1 }
    }
    return isUniform ? viewOfOnePlace(shapes) : nil
  }
}
