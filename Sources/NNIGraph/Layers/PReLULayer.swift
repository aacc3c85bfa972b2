/// `x` where positive, `slope · x` elsewhere, with a learnt slope for each channel of `[N, C, …]`.
///
/// - Reference: He et al. 2015, *Delving Deep into Rectifiers*, equation 1 (`he2015delving`).
public struct PReLULayer: Layer {
  /// One slope, or one for each channel, `[C]`.
  public var slope: Tensor

  /// Creates the layer.
  public init(slope: Tensor) { self.slope = slope }

  public var kind: LayerKind { .activation }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let x = inputs[0]
    try x.requireRank(atLeast: 2)
    let aligned =
      slope.count == 1 ? try slope.reshaped([1]) : try slope.aligned(toAxis: 1, rank: x.rank)
    return try x.positivePart() + x.negativePart() * aligned
  }

  public func mapParameters(_ transform: (Tensor) throws -> Tensor) throws -> Self {
    PReLULayer(slope: try transform(slope))
  }
}

extension PReLULayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("PRelu") { node in
        // A slope for each channel of [N, C, H, W] is stored as [C, 1, 1].
        let slope = try node.requiredConstant(1, "slope")
        let shape = slope.shape.drop { $0 == 1 }
        guard slope.count > 0, shape.dropFirst().allSatisfy({ $0 == 1 }) else {
          throw node.unsupported(
            "a slope of shape \(slope.shape); one number or one for each channel is supported")
        }
        return PReLULayer(slope: try slope.flattened())
      }
    ]
  }
}
