/// Normally distributed noise on every pixel.
public struct NoiseTransform: PixelTransform {
  /// Its standard deviation, as a fraction of the range from black to white.
  public var deviation: Double

  /// Creates a transform.
  public init(_ deviation: Double) { self.deviation = deviation }

  public var text: String { "noise \(deviation)" }

  public func applied(to images: Tensor, draws: [TransformDraw], range: Tensor) throws -> Tensor {
    let size = images.count / max(draws.count, 1)
    let noise = try Tensor(draws.flatMap { $0.normals(size) }, shape: images.shape)
      .converted(to: images.dtype).moved(to: images.device)
    return try images + noise * range * deviation
  }
}
