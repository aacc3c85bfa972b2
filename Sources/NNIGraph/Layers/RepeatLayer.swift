/// Each sample several times beside itself along some axes: `Tile`.
public struct RepeatLayer: Layer {
  /// How often along each axis; once along the samples'.
  public var counts: [Int]

  /// Creates the layer.
  public init(_ counts: [Int]) { self.counts = counts }

  public var kind: LayerKind { .structural }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].requireRank(counts.count)
    return try .call("aten::tile", .tensor(inputs[0]), .ints(counts))
  }

  public var settings: String { "\(counts)" }
}

extension RepeatLayer: Cataloged {
  public static var entries: [any CatalogEntry] {
    [
      OperatorEntry("Tile") { node in
        guard let counts = try node.integers(1), counts.first == 1,
          counts.allSatisfy({ (1...65_536).contains($0) })
        else { throw node.unsupported("repeats that are not stated, or of the batch") }
        return RepeatLayer(counts)
      }
    ]
  }
}
