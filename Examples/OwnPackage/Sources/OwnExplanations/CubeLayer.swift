import NNInterpretability

/// A layer of one's own, `x³`, which files call `Cube` of the domain `example.org`.
public struct CubeLayer: Layer {
  public init() {}

  public var kind: LayerKind { .activation }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0] * inputs[0] * inputs[0]
  }
}

extension CubeLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [OperatorEntry("example.org::Cube") { _ in CubeLayer() }]
  }
}
